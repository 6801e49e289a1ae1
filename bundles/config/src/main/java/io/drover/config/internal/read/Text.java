package io.drover.config.internal.read;

import io.drover.api.config.Finding;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The bytes of a file as text. Checked here, as the YAML engine would say of a bad byte or
 * character at best its offset.
 */
final class Text {

    private static final int BYTE_ORDER_MARK = 0xFEFF;

    private Text() {}

    /**
     * The whole text.
     *
     * @throws Refused naming the first byte or character that must not be there
     */
    static String of(String file, byte[] bytes) throws Refused {
        CharBuffer chars = CharBuffer.allocate(bytes.length);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharsetDecoder decoder =
                StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
        CoderResult result = decoder.decode(in, chars, true);
        String text = chars.flip().toString();
        refuseUnprintable(file, text);
        if (result.isError()) {
            String found = String.format(Locale.ROOT, "byte 0x%02X", bytes[in.position()]);
            throw refused(at(file, text, text.length()), "must be UTF-8", found);
        }
        return text;
    }

    private static void refuseUnprintable(String file, String text) throws Refused {
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int point = text.codePointAt(i);
            if (!printable(point)) {
                String found = String.format(Locale.ROOT, "U+%04X", point);
                String rule =
                        point == BYTE_ORDER_MARK
                                ? "must not have a byte order mark"
                                : "must hold printable characters only";
                throw refused(at(file, text, i), rule, found);
            }
        }
    }

    /** YAML 1.2.2, 5.1, without the byte order mark. */
    private static boolean printable(int point) {
        return point == '\t'
                || point == '\n'
                || point == '\r'
                || (point >= 0x20 && point <= 0x7E)
                || point == 0x85
                || (point >= 0xA0 && point <= 0xD7FF)
                || (point >= 0xE000 && point <= 0xFFFD && point != BYTE_ORDER_MARK)
                || point >= 0x10000;
    }

    private static Position at(String file, String text, int index) {
        int line = 1;
        int begin = 0;
        for (int i = 0; i < index; i++) {
            char c = text.charAt(i);
            boolean pair = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
            if ((c == '\n' || c == '\r') && !pair) {
                line++;
                begin = i + 1;
            }
        }
        return new Position(file, line, text.codePointCount(begin, index) + 1);
    }

    private static Refused refused(Position at, String rule, String found) {
        return new Refused(new Finding(at.toString(), "", rule, found));
    }

    /** The file is not text that YAML could hold. */
    static final class Refused extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient Finding finding;

        Refused(Finding finding) {
            super(finding.sentence(), null, false, false);
            this.finding = finding;
        }

        Finding finding() {
            return finding;
        }
    }
}
