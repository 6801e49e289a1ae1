package io.drover.core.internal.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {

    private static final URI INTAKE = URI.create("https://api.example.org/validate");

    @Test
    void readsTheEnvironmentAsCurlDoes() {
        assertThat(by(Map.of("https_proxy", "http://one:3128"), INTAKE)).isEqualTo("one:3128");
        assertThat(by(Map.of("HTTPS_PROXY", "two:80"), INTAKE)).isEqualTo("two:80");
        assertThat(by(Map.of("ALL_PROXY", "http://three:1/"), INTAKE)).isEqualTo("three:1");
        assertThat(by(Map.of("https_proxy", "http://four"), INTAKE)).isEqualTo("four:1080");
        assertThat(by(Map.of("HTTP_PROXY", "http://cgi:1"), URI.create("http://a/"))).isEmpty();
        assertThat(by(Map.of("http_proxy", "http://five:1"), URI.create("http://a/")))
                .isEqualTo("five:1");
        assertThat(by(Map.of("https_proxy", "socks5://six:1"), INTAKE)).isEmpty();
        assertThat(by(Map.of(), INTAKE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"*", "example.org", ".example.org", "a,api.example.org", "*.example.org b"})
    void leavesOutWhatIsExcepted(String except) {
        assertThat(by(Map.of("https_proxy", "http://one:3128", "NO_PROXY", except), INTAKE))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ample.org", "org.example", "api.example.org.evil", ","})
    void leavesOutNothingElse(String except) {
        assertThat(by(Map.of("https_proxy", "http://one:3128", "no_proxy", except), INTAKE))
                .isEqualTo("one:3128");
    }

    @Test
    void takesTheConfiguredOneForEverything() {
        Proxies proxies = new Proxies("http://mine:8080", Map.of("no_proxy", "*"));

        assertThat(shown(proxies.select(INTAKE))).isEqualTo("mine:8080");
    }

    private static String by(Map<String, String> environment, URI target) {
        return shown(new Proxies("", environment).select(target));
    }

    private static String shown(List<Proxy> proxies) {
        return proxies.get(0).address() instanceof InetSocketAddress address
                ? address.getHostString() + ":" + address.getPort()
                : "";
    }
}
