package io.drover.http.internal.listen;

/** All that {@link ListenersTest} says holds where the native engine does not load, too. */
class ListenersWithTheJdkTest extends ListenersTest {

    @Override
    Encryption engine() {
        return Encryption.JDK;
    }
}
