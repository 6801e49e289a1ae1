package io.drover.core.internal.apikey;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which proxy a target is reached by: the configured one, else as curl reads the environment
 * ({@code https_proxy}, {@code HTTPS_PROXY}, {@code http_proxy}, {@code all_proxy}, {@code
 * ALL_PROXY}, {@code no_proxy}, {@code NO_PROXY}). {@code HTTP_PROXY} in capitals is not read: a
 * CGI client could set it. Immutable.
 */
final class Proxies extends ProxySelector {

    private final String configured;
    private final Map<String, String> environment;

    /**
     * @param configured {@code http://host:port} for every target; empty for the environment's
     */
    Proxies(String configured, Map<String, String> environment) {
        this.configured = configured;
        this.environment = Map.copyOf(environment);
    }

    @Override
    public List<Proxy> select(URI target) {
        return List.of(proxyFor(target).map(Proxies::proxy).orElse(Proxy.NO_PROXY));
    }

    private static Proxy proxy(InetSocketAddress address) {
        return new Proxy(Proxy.Type.HTTP, address);
    }

    private Optional<InetSocketAddress> proxyFor(URI target) {
        if (!configured.isEmpty()) {
            return address(configured);
        }
        if (excepted(target.getHost())) {
            return Optional.empty();
        }
        boolean tls = "https".equalsIgnoreCase(target.getScheme());
        return variable(tls ? "https_proxy" : "http_proxy", tls)
                .or(() -> variable("all_proxy", true))
                .flatMap(Proxies::address);
    }

    private Optional<String> variable(String name, boolean capitalsToo) {
        String value = environment.getOrDefault(name, "");
        if (value.isEmpty() && capitalsToo) {
            value = environment.getOrDefault(name.toUpperCase(Locale.ROOT), "");
        }
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    private boolean excepted(String host) {
        String list = variable("no_proxy", true).orElse("");
        String name = host == null ? "" : host.toLowerCase(Locale.ROOT);
        for (String item : list.split("[,\\s]+")) {
            String domain = item.strip().toLowerCase(Locale.ROOT).replaceFirst("^\\*?\\.", "");
            if (item.strip().equals("*")
                    || (!domain.isEmpty()
                            && (name.equals(domain) || name.endsWith("." + domain)))) {
                return true;
            }
        }
        return false;
    }

    /** Unresolved: the name is looked up when it is used. Empty for what is no proxy's address. */
    static Optional<InetSocketAddress> address(String text) {
        try {
            URI uri = URI.create(text.contains("://") ? text : "http://" + text);
            boolean usable = "http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null;
            int port = uri.getPort() < 0 ? 1080 : uri.getPort();
            return usable
                    ? Optional.of(InetSocketAddress.createUnresolved(uri.getHost(), port))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public void connectFailed(URI target, SocketAddress proxy, IOException e) {
        // Whoever asked gets the exception itself.
    }
}
