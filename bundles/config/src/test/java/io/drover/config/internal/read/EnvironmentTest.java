package io.drover.config.internal.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EnvironmentTest {

    @Test
    void everySectionAndKeyComesBackFromItsVariable() {
        Random random = new Random(20261122);
        for (int i = 0; i < 20_000; i++) {
            String section = word(random);
            String key = word(random);
            for (int more = random.nextInt(4); more > 0; more--) {
                key += "_" + word(random);
            }
            String name = ("drover_" + section + "_" + key).toUpperCase(Locale.ROOT);
            String text = text(random);

            List<Given> given = Environment.read(Map.of(name, text, "OTHER_" + name, "x"));

            if (section.equals("home") || section.equals("java")) {
                continue;
            }
            assertThat(given).hasSize(1);
            assertThat(given.get(0).section()).isEqualTo(section);
            assertThat(given.get(0).key()).isEqualTo(key);
            Value.Variable value = (Value.Variable) given.get(0).value();
            assertThat(value.text()).isEqualTo(text);
            assertThat(value.origin()).hasToString("environment " + name);
        }
    }

    @Test
    void namesWithoutSectionAndKeyAreNotOurs() {
        Map<String, String> variables =
                Map.of(
                        "DROVER", "x",
                        "DROVER_", "x",
                        "DROVER__", "x",
                        "DROVER__KEY", "x",
                        "DROVER_HOME", "/x",
                        "drover_http_api_port", "1",
                        "XDROVER_HTTP_PORT", "1");

        assertThat(Environment.read(variables)).isEmpty();
    }

    @Test
    void whatTheLauncherReadsIsNotAKey() {
        assertThat(Environment.read(Map.of("DROVER_JAVA_OPTS", "-Xmx1g"))).isEmpty();
    }

    @Test
    void theLinksThatTheKubeletSetsForAServiceAreNotKeys() {
        Map<String, String> variables = new HashMap<>();
        link(variables, "DROVER", 15005);
        link(variables, "DROVER_HTTP", 15005);
        link(variables, "DROVER_CLUSTER_AGENT", 15006);
        variables.put("DROVER_HTTP_SERVICE_PORT_METRICS", "15000");
        variables.put("DROVER_HTTP_API_PORT", "16005");

        assertThat(Environment.read(variables)).extracting(Given::key).containsExactly("api_port");
    }

    @Test
    void aKeyThatOnlyLooksLikeALinkIsKept() {
        assertThat(Environment.read(Map.of("DROVER_HTTP_PORT", "1")))
                .extracting(Given::key)
                .containsExactly("port");
    }

    /** As kubelet's envvars package makes them. */
    private static void link(Map<String, String> variables, String service, int port) {
        String url = "tcp://10.0.0.7:" + port;
        variables.put(service + "_SERVICE_HOST", "10.0.0.7");
        variables.put(service + "_SERVICE_PORT", String.valueOf(port));
        variables.put(service + "_PORT", url);
        String name = service + "_PORT_" + port + "_TCP";
        variables.put(name, url);
        variables.put(name + "_PROTO", "tcp");
        variables.put(name + "_PORT", String.valueOf(port));
        variables.put(name + "_ADDR", "10.0.0.7");
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        word.append((char) ('a' + random.nextInt(26)));
        for (int more = random.nextInt(8); more > 0; more--) {
            int pick = random.nextInt(36);
            word.append((char) (pick < 26 ? 'a' + pick : '0' + pick - 26));
        }
        return word.toString();
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int more = random.nextInt(20); more > 0; more--) {
            text.appendCodePoint(1 + random.nextInt(0x2FF));
        }
        return text.toString();
    }
}
