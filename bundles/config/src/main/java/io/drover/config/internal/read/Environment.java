package io.drover.config.internal.read;

import io.drover.api.config.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The variables {@code DROVER_<SECTION>_<KEY>}. Pure; safe for many threads. */
final class Environment {

    private static final String PREFIX = "DROVER_";

    /** First words of what the launcher reads for itself: {@code DROVER_JAVA_OPTS}. */
    private static final Set<String> LAUNCHER = Set.of("home", "java");

    /**
     * What the kubelet sets in each container for each Service of the namespace (Kubernetes
     * documentation, "Accessing the Service"): a Service that is called {@code drover-http} gives
     * {@code DROVER_HTTP_PORT=tcp://10.0.0.1:15005}, which nobody meant as a key.
     */
    private static final Pattern SERVICE_LINK =
            Pattern.compile(
                    "SERVICE_(HOST|PORT(_.*)?)|PORT(_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?");

    private static final String SERVICE_HOST = "_SERVICE_HOST";

    private Environment() {}

    /** The keys that the variables give, in the order of their names. */
    static List<Given> read(Map<String, String> variables) {
        List<Given> given = new ArrayList<>();
        new TreeMap<>(variables)
                .forEach(
                        (name, text) -> {
                            int end = name.indexOf('_', PREFIX.length());
                            if (!name.startsWith(PREFIX) || end <= PREFIX.length()) {
                                return;
                            }
                            String section = lower(name.substring(PREFIX.length(), end));
                            String key = lower(name.substring(end + 1));
                            if (!LAUNCHER.contains(section) && !isServiceLink(name, variables)) {
                                Origin origin = new Origin(Origin.Kind.ENVIRONMENT, name);
                                Value value = new Value.Variable(text, origin);
                                given.add(new Given(section, key, origin.toString(), value));
                            }
                        });
        return given;
    }

    private static boolean isServiceLink(String name, Map<String, String> variables) {
        return variables.keySet().stream()
                .filter(host -> host.startsWith(PREFIX) && host.endsWith(SERVICE_HOST))
                .map(host -> host.substring(0, host.length() - SERVICE_HOST.length()))
                .filter(service -> name.startsWith(service + "_"))
                .filter(service -> variables.getOrDefault(service + "_PORT", "").contains("://"))
                .anyMatch(s -> SERVICE_LINK.matcher(name.substring(s.length() + 1)).matches());
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
