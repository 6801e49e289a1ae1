package io.drover.conntrack.internal.codec;

import io.drover.api.kernel.Instruction;
import java.util.ArrayList;
import java.util.List;

/**
 * Programs that tell the kernel which events come into a socket's buffer at all (classic BPF,
 * linux/filter.h). What is not an event of conntrack always comes: answers, errors. Pure.
 *
 * <p>Bytes of a message are read one by one or, by the kernel's own search for attributes
 * (SKF_AD_NLATTR), at their place; a load of a word takes network order, as attributes have it.
 */
public final class EventFilter {

    private static final int LOAD_BYTE = 0x30;
    private static final int LOAD_WORD = 0x20;
    private static final int LOAD_WORD_INDEXED = 0x40;
    private static final int LOAD_IMMEDIATE = 0x00;
    private static final int LOAD_INDEX_IMMEDIATE = 0x01;
    private static final int COPY_TO_INDEX = 0x07;
    private static final int JUMP_EQUAL = 0x15;
    private static final int JUMP_ANY_BIT = 0x45;
    private static final int JUMP_GREATER_OR_EQUAL = 0x35;
    private static final int RETURN = 0x06;

    private static final int SKF_AD_OFF = -0x1000;
    private static final int SKF_AD_NLATTR = SKF_AD_OFF + 12;
    private static final int SKF_AD_RANDOM = SKF_AD_OFF + 56;

    private static final int ALL = 0xffffffff;
    private static final int NOTHING = 0;

    /** The high byte of the type on a little-endian machine: which subsystem sent it. */
    private static final int SUBSYSTEM_AT = Wire.HEADER_TYPE + 1;

    private EventFilter() {}

    /**
     * Lets events of translated connections through (IPS_SRC_NAT or IPS_DST_NAT in CTA_STATUS,
     * which the kernel sets when a translation changed something), and those without a status.
     */
    public static List<Instruction> translatedOnly() {
        return List.of(
                load(LOAD_BYTE, SUBSYSTEM_AT),
                new Instruction(JUMP_EQUAL, 0, 7, Wire.NFNL_SUBSYS_CTNETLINK),
                load(LOAD_INDEX_IMMEDIATE, Wire.CTA_STATUS),
                load(LOAD_IMMEDIATE, Wire.BODY),
                load(LOAD_WORD, SKF_AD_NLATTR),
                new Instruction(JUMP_EQUAL, 3, 0, 0),
                new Instruction(COPY_TO_INDEX, 0, 0, 0),
                load(LOAD_WORD_INDEXED, Wire.ATTRIBUTE_BYTES),
                new Instruction(JUMP_ANY_BIT, 0, 1, Wire.IPS_NAT),
                load(RETURN, ALL),
                load(RETURN, NOTHING));
    }

    /**
     * Lets a random part of the events through.
     *
     * @param part 0 to 1
     */
    public static List<Instruction> sample(double part) {
        long bound = Math.min(0xffffffffL, Math.max(0, (long) (part * 0x1p32)));
        return List.of(
                load(LOAD_BYTE, SUBSYSTEM_AT),
                new Instruction(JUMP_EQUAL, 0, 2, Wire.NFNL_SUBSYS_CTNETLINK),
                load(LOAD_WORD, SKF_AD_RANDOM),
                new Instruction(JUMP_GREATER_OR_EQUAL, 1, 0, (int) bound),
                load(RETURN, ALL),
                load(RETURN, NOTHING));
    }

    /** Both: a random part of the events of translated connections. */
    public static List<Instruction> sampleTranslated(double part) {
        List<Instruction> program = new ArrayList<>(translatedOnly());
        List<Instruction> second = sample(part);
        // In the place of the return that lets through; the last one is reached by a jump further.
        program.remove(program.size() - 2);
        program.set(8, new Instruction(JUMP_ANY_BIT, 0, second.size(), Wire.IPS_NAT));
        program.addAll(9, second);
        return List.copyOf(program);
    }

    private static Instruction load(int code, int operand) {
        return new Instruction(code, 0, 0, operand);
    }
}
