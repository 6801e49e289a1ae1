package io.drover.api.kernel;

/**
 * One instruction of a classic BPF program (linux/filter.h, struct sock_filter).
 *
 * @param code the operation, 16 bits
 * @param whenTrue how many instructions a jump passes over when its condition holds, 0 to 255
 * @param whenFalse the same when it does not
 * @param operand 32 bits, unsigned where it matters
 */
public record Instruction(int code, int whenTrue, int whenFalse, int operand) {

    public Instruction {
        if (code < 0 || code > 0xffff) {
            throw new IllegalArgumentException("a code has 16 bits, not " + code);
        }
        if (whenTrue < 0 || whenTrue > 255 || whenFalse < 0 || whenFalse > 255) {
            throw new IllegalArgumentException(
                    "a jump goes 0 to 255 further, not " + whenTrue + " or " + whenFalse);
        }
    }
}
