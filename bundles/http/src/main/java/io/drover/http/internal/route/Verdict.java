package io.drover.http.internal.route;

import io.drover.api.http.Method;
import io.drover.api.http.Route;
import io.drover.api.security.Caller;
import java.util.Map;
import java.util.Optional;

/** What becomes of a request, decided before anything of it is done. */
public sealed interface Verdict {

    /** It is answered by its route. */
    final class Admitted implements Verdict {

        private final Target target;
        private final Method method;
        private final Optional<Caller> caller;

        Admitted(Target target, Method method, Optional<Caller> caller) {
            this.target = target;
            this.method = method;
            this.caller = caller;
        }

        Admitted by(Caller shown) {
            return new Admitted(target, method, Optional.of(shown));
        }

        public Route route() {
            return target.routes().get(method).route();
        }

        /** Whose route it is. */
        public Source source() {
            return target.routes().get(method).source();
        }

        /** Who asks; empty on open routes. */
        public Optional<Caller> caller() {
            return caller;
        }

        /** The decoded value of {@code {name}}; null if the route's path has none. */
        public String path(String name) {
            return target.value(method, name);
        }
    }

    /**
     * It is not.
     *
     * @param status of the answer
     * @param why one word for the series: {@code token-unknown}
     * @param detail a sentence for the client
     * @param headers of the answer
     * @param soon whether it may be otherwise in a moment: what judges is being replaced
     */
    record Refused(int status, String why, String detail, Map<String, String> headers, boolean soon)
            implements Verdict {

        Refused(int status, String why, String detail, Map<String, String> headers) {
            this(status, why, detail, headers, false);
        }
    }
}
