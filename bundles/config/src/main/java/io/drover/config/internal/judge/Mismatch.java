package io.drover.config.internal.judge;

/** A value is not what its key takes. */
final class Mismatch extends Exception {

    private static final long serialVersionUID = 1L;

    private final String shown;

    /**
     * @param rule what must hold
     * @param shown what is there instead
     */
    Mismatch(String rule, String shown) {
        super(rule, null, false, false);
        this.shown = shown;
    }

    String shown() {
        return shown;
    }
}
