package io.drover.autoscaling.internal;

import io.drover.autoscaling.internal.remote.Pace;
import io.drover.autoscaling.internal.remote.TlsFiles;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The checked configuration of the sources outside. Every finding is reported at once.
 *
 * @param queryUrl of a Prometheus; empty for none
 * @param query how it is asked
 * @param queryBytesMax of one answer
 * @param queryTls its authorities
 * @param queryTokenFile whose content it is shown; empty for none
 * @param recommenders the beginnings of the URLs that may be asked
 * @param recommender how they are asked
 * @param recommenderBytesMax of one answer
 * @param recommenderTls their authorities and what they are shown
 * @param cluster what they are told of where a question comes from
 */
record RemoteSettings(
        String queryUrl,
        Pace query,
        int queryBytesMax,
        TlsFiles queryTls,
        String queryTokenFile,
        List<URI> recommenders,
        Pace recommender,
        int recommenderBytesMax,
        TlsFiles recommenderTls,
        String cluster) {

    /**
     * @throws IllegalArgumentException naming each bad key, its rule and its value
     */
    static RemoteSettings from(AutoscalingConfig config) {
        List<String> findings = new ArrayList<>();
        range(findings, "query.interval.ms", config.query_interval_ms(), 500, 300_000);
        range(findings, "query.timeout.ms", config.query_timeout_ms(), 100, 60_000);
        range(findings, "query.parallel", config.query_parallel(), 1, 256);
        range(findings, "queries.max", config.queries_max(), 1, 100_000);
        range(findings, "query.answer.bytes.max", config.query_answer_bytes_max(), 1024, 1 << 26);
        range(findings, "recommender.interval.ms", config.recommender_interval_ms(), 1000, 300_000);
        range(findings, "recommender.timeout.ms", config.recommender_timeout_ms(), 100, 60_000);
        range(findings, "recommender.parallel", config.recommender_parallel(), 1, 256);
        range(
                findings,
                "recommender.answer.bytes.max",
                config.recommender_answer_bytes_max(),
                256,
                1 << 24);
        range(findings, "breaker.failures", config.breaker_failures(), 1, 100);
        range(findings, "breaker.min.ms", config.breaker_min_ms(), 100, 3_600_000);
        range(
                findings,
                "breaker.max.ms",
                config.breaker_max_ms(),
                Math.max(100, config.breaker_min_ms()),
                3_600_000);
        Optional<URI> query = queryUrl(findings, config);
        List<URI> recommenders = recommenders(findings, config.recommender_urls());
        String certificate = config.recommender_cert_file().strip();
        String key = config.recommender_key_file().strip();
        if (certificate.isEmpty() != key.isEmpty()) {
            findings.add(
                    "recommender.cert.file and recommender.key.file must both be there or neither, are \""
                            + certificate
                            + "\" and \""
                            + key
                            + "\"");
        }
        if (!findings.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", findings));
        }
        return new RemoteSettings(
                query.map(URI::toString).orElse(""),
                pace(
                        config,
                        config.query_interval_ms(),
                        config.query_timeout_ms(),
                        config.query_parallel(),
                        config.queries_max()),
                config.query_answer_bytes_max(),
                new TlsFiles(config.query_ca_file().strip(), "", ""),
                config.query_token_file().strip(),
                recommenders,
                pace(
                        config,
                        config.recommender_interval_ms(),
                        config.recommender_timeout_ms(),
                        config.recommender_parallel(),
                        config.objects_max()),
                config.recommender_answer_bytes_max(),
                new TlsFiles(config.recommender_ca_file().strip(), certificate, key),
                config.recommender_cluster().strip());
    }

    private static Pace pace(
            AutoscalingConfig config, long interval, long timeout, int parallel, int questions) {
        // Whoever looks once in its interval still wants the answer.
        long idle = 3 * Math.max(interval, config.check_interval_ms());
        return Pace.of(
                Duration.ofMillis(interval),
                Duration.ofMillis(timeout),
                parallel,
                questions,
                Duration.ofMillis(idle),
                config.breaker_failures(),
                Duration.ofMillis(config.breaker_min_ms()),
                Duration.ofMillis(config.breaker_max_ms()));
    }

    private static Optional<URI> queryUrl(List<String> findings, AutoscalingConfig config) {
        String text = config.query_url().strip();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<URI> url = url(text);
        if (url.isEmpty()) {
            findings.add(
                    "query.url must be http://HOST[:PORT][/PATH] or https, is \"" + text + "\"");
        } else if (!config.query_token_file().isBlank() && !"https".equals(url.get().getScheme())) {
            findings.add("query.token.file needs a query.url with https, is \"" + text + "\"");
        }
        return url;
    }

    private static List<URI> recommenders(List<String> findings, String[] texts) {
        List<URI> urls = new ArrayList<>();
        for (String text : texts) {
            Optional<URI> url = url(text.strip());
            if (url.isEmpty()) {
                findings.add(
                        "recommender.urls must have http://HOST[:PORT][/PATH] or https, "
                                + shown("have ", text));
            }
            url.ifPresent(urls::add);
        }
        return urls;
    }

    /** What stands before a host is nobody's business. */
    private static String shown(String verb, String text) {
        return text.contains("@") ? verb + "one with a user" : verb + "\"" + text + "\"";
    }

    private static Optional<URI> url(String text) {
        try {
            URI url = new URI(text);
            boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            boolean plain = url.getUserInfo() == null && url.getQuery() == null;
            return http && plain && url.getHost() != null && url.getFragment() == null
                    ? Optional.of(url)
                    : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static void range(List<String> findings, String key, long value, long min, long max) {
        if (value < min || value > max) {
            findings.add(key + " must be from " + min + " to " + max + ", is " + value);
        }
    }
}
