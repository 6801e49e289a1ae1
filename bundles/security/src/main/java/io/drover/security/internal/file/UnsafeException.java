package io.drover.security.internal.file;

import java.io.IOException;
import java.nio.file.Path;

/** Something about the secrets is not as it must be, and only a person can decide about it. */
public final class UnsafeException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    /**
     * @param reason one sentence with the file and the rule; never a secret
     * @param remedy what a person can do
     */
    public UnsafeException(String reason, String remedy) {
        super(reason);
        this.remedy = remedy;
    }

    public UnsafeException(String reason, String remedy, Throwable cause) {
        super(reason, cause);
        this.remedy = remedy;
    }

    public String remedy() {
        return remedy;
    }

    /** What went wrong, in a sentence: messages of I/O errors are often a file's name alone. */
    public static String reason(Exception e) {
        return e instanceof IOException
                ? e.getClass().getSimpleName() + ": " + e.getMessage()
                : String.valueOf(e.getMessage());
    }

    /**
     * What a person can do about it.
     *
     * @param folder of the secrets
     */
    public static String remedy(Exception e, Path folder) {
        return e instanceof UnsafeException unsafe
                ? unsafe.remedy()
                : "make " + folder + " writable for the user who runs this";
    }
}
