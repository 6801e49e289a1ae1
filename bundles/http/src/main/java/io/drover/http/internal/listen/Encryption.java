package io.drover.http.internal.listen;

/** What encrypts on a listener. */
public enum Encryption {
    /** Nothing. */
    NONE,
    /** {@link #NATIVE} where it loads, else {@link #JDK}. */
    AUTO,
    /** BoringSSL, as Netty brings it. */
    NATIVE,
    /** The JDK. */
    JDK
}
