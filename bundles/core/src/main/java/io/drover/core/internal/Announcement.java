package io.drover.core.internal;

import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.agent.Home;
import io.drover.api.net.Listening.Bound;
import io.drover.api.status.State;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What the terminal shows once the agent serves: what listens where, and how to ask it. Pure
 * functions.
 */
final class Announcement {

    private Announcement() {}

    static String ready(
            String version,
            Duration took,
            List<Bound> bound,
            Home home,
            List<SubsystemView> subsystems) {
        List<Bound> serving = bound.stream().filter(one -> !one.addresses().isEmpty()).toList();
        StringBuilder text = new StringBuilder(512);
        text.append(
                String.format(
                        Locale.ROOT,
                        "%nDrover %s is ready after %.1f s.%n%n",
                        version,
                        took.toMillis() / 1000.0));
        for (Bound listener : serving) {
            text.append(String.format(Locale.ROOT, "  %-9s %s%n", listener.name(), urls(listener)));
        }
        text.append("  token     ").append(home.secrets().resolve("local_token")).append('\n');
        text.append("  authority ").append(home.secrets().resolve("ca.pem")).append('\n');
        text.append(example(serving, home));
        appendTroubles(text, subsystems);
        return text.toString();
    }

    static String slow(Duration after, List<SubsystemView> subsystems) {
        StringBuilder text = new StringBuilder(256);
        text.append(
                String.format(
                        Locale.ROOT, "%nDrover is not ready after %d s.%n", after.toSeconds()));
        appendTroubles(text, subsystems);
        return text.toString();
    }

    private static void appendTroubles(StringBuilder text, List<SubsystemView> subsystems) {
        List<SubsystemView> troubled =
                subsystems.stream()
                        .filter(
                                view ->
                                        view.state() != State.ACTIVE
                                                && view.state() != State.SKIPPED)
                        .collect(Collectors.toList());
        if (!troubled.isEmpty()) {
            text.append('\n');
        }
        for (SubsystemView view : troubled) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "  %s is %s: %s%n",
                            view.name(),
                            view.state().name().toLowerCase(Locale.ROOT),
                            view.reason()));
            if (!view.remedy().isEmpty()) {
                text.append("    remedy: ").append(view.remedy()).append('\n');
            }
        }
    }

    private static String example(List<Bound> bound, Home home) {
        return bound.stream()
                .filter(listener -> listener.name().equals("api"))
                .findFirst()
                .map(
                        api ->
                                "\n  curl --cacert "
                                        + home.secrets().resolve("ca.pem")
                                        + " -H \"Authorization: Bearer $(cat "
                                        + home.secrets().resolve("local_token")
                                        + ")\" "
                                        + url(api.protocol(), api.addresses().get(0))
                                        + "/api/v1/status\n")
                .orElse("");
    }

    private static String urls(Bound listener) {
        String path =
                listener.name().equals("metrics")
                        ? "/metrics"
                        : listener.name().equals("health") ? "/ready" : "";
        return listener.addresses().stream()
                .map(address -> url(listener.protocol(), address) + path)
                .collect(Collectors.joining("  "));
    }

    private static String url(String protocol, InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        String shown =
                address.getAddress() instanceof Inet6Address ? "[" + shorten(host) + "]" : host;
        // gRPC has no scheme of its own that clients would take.
        String scheme = protocol.equals("grpcs") ? "" : protocol + "://";
        return scheme + shown + ":" + address.getPort();
    }

    private static String shorten(String host) {
        return switch (host) {
            case "0:0:0:0:0:0:0:1" -> "::1";
            case "0:0:0:0:0:0:0:0" -> "::";
            default -> host;
        };
    }
}
