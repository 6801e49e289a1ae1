package io.drover.security.internal.certificate;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One name or address that a certificate is valid for.
 *
 * @param text a DNS name in lower case, or an address as {@link InetAddress#getHostAddress} writes
 *     it, so that equal ones are equal
 * @param address whether it is an address
 */
public record SubjectName(String text, boolean address) {

    private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern V6 = Pattern.compile("[0-9a-f:.]*:[0-9a-f:.]*");

    /** What the JDK accepts in a certificate; one label more and it refuses the whole file. */
    private static final Pattern DNS =
            Pattern.compile(
                    "(\\*\\.)?[a-z]([a-z0-9-]{0,61}[a-z0-9])?"
                            + "(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");

    private static final int DNS_LENGTH_MAX = 253;

    /** Empty if it is neither; never asks a name server. */
    public static Optional<SubjectName> parse(String raw) {
        String text = raw.strip().toLowerCase(Locale.ROOT);
        if (V4.matcher(text).matches() || V6.matcher(text).matches()) {
            return literal(text);
        }
        if (text.length() <= DNS_LENGTH_MAX && DNS.matcher(text).matches()) {
            return Optional.of(new SubjectName(text, false));
        }
        return Optional.empty();
    }

    /**
     * By hand: what the compiler makes of a record leaves its class in a static field of the JDK
     * ({@code ObjectMethods.OBJECT_EQ}, asTypeCache), and with it this whole bundle after an
     * update.
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof SubjectName name
                && address == name.address
                && text.equals(name.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** As a certificate holds it: the octets of an address, the letters of a name. */
    public byte[] encoded() {
        if (!address) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("not an address: " + text, e);
        }
    }

    private static Optional<SubjectName> literal(String text) {
        try {
            InetAddress address = InetAddress.getByName(text);
            return Optional.of(new SubjectName(address.getHostAddress(), true));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
