package io.drover.http.internal.listen;

import io.drover.api.http.Endpoint;
import io.drover.api.net.Listening;
import io.drover.api.security.TlsIdentity;
import io.drover.api.status.OnFailure;
import io.drover.api.status.State;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener on its way from a configuration to open ports, and what keeps it from there.
 * Advanced by the thread of {@link Listeners} alone; step, addresses and figures may be read by
 * any.
 */
final class Listener {

    private static final Logger log = LoggerFactory.getLogger(Listener.class);

    /**
     * A port may be in the hands of somebody who is just ending: the former version, a former run.
     */
    private static final Duration TAKEN_MAX = Duration.ofSeconds(1);

    private static final Duration TAKEN_POLL = Duration.ofMillis(50);

    /** Advancing it again makes no sense before something around it changes. */
    static final Duration NEVER = Duration.ofDays(1);

    private final Binding binding;
    private final Limits limits;
    private final Clients clients;
    private final Surroundings around;
    private final Clock clock;
    private final Backoff backoff = new Backoff();

    private OptionalInt chosenPort;
    private Instant notBefore = Instant.MIN;
    private Instant firstTaken;
    private BindFailure failure;
    private TlsIdentity refused;
    private volatile OpenListener open;
    private volatile Status status;
    private volatile List<InetAddress> left = List.of();

    /**
     * @param preferred for port 0: the port that clients know from before
     */
    Listener(
            Binding binding,
            Limits limits,
            Clients clients,
            OptionalInt preferred,
            Surroundings around,
            Clock clock) {
        this.binding = binding;
        this.limits = limits;
        this.clients = clients;
        this.chosenPort = preferred;
        this.around = around;
        this.clock = clock;
        this.status = Status.waiting("Pax Web's server", clock.instant());
    }

    /**
     * Goes on as far as it can.
     *
     * @return when to call again even if nothing around it changes
     */
    Duration advance() {
        Server server = around.server().orElse(null);
        if (open != null && open.server() != server) {
            close();
        }
        if (open != null) {
            showNewestIdentity();
            return NEVER;
        }
        if (status.state() == State.FAILED) {
            return NEVER;
        }
        if (server == null) {
            return wait("Pax Web's server", NEVER);
        }
        TlsIdentity identity = around.identity().orElse(null);
        if (binding.tls() && identity == null) {
            return wait("a certificate from the bundle security", NEVER);
        }
        Instant now = clock.instant();
        return now.isBefore(notBefore) ? Duration.between(now, notBefore) : open(server, identity);
    }

    private Duration wait(String forWhat, Duration until) {
        if (status.state() != State.WAITING || !status.reason().equals(forWhat)) {
            status = status.toWaiting(forWhat, clock.instant());
        }
        return until;
    }

    private Duration open(Server server, TlsIdentity identity) {
        status = status.toStarting(clock.instant());
        try {
            open =
                    binding.file().isPresent()
                            ? unix(server, binding.file().get())
                            : tcp(server, identity);
            opened();
            return NEVER;
        } catch (BindFailure e) {
            return taken(e) ? wait(explain(e), TAKEN_POLL) : failed(e);
        } catch (GeneralSecurityException e) {
            return failed("the certificate cannot be used: " + e.getMessage(), "");
        } catch (Exception e) {
            return crashed(e);
        }
    }

    private OpenListener tcp(Server server, TlsIdentity identity) throws Exception {
        Tls tls = binding.tls() ? Tls.of(binding.encryption(), identity) : null;
        Sockets sockets = Sockets.bind(binding, chosenPort);
        OpenListener opened =
                OpenListener.tcp(server, binding.word(), sockets, tls, limits, clients);
        chosenPort = OptionalInt.of(sockets.port());
        left = sockets.left();
        return opened;
    }

    private OpenListener unix(Server server, Binding.SocketFile file) throws Exception {
        return OpenListener.unix(
                server,
                binding.word(),
                new UnixSocket(file.path(), file.rights()),
                limits,
                clients);
    }

    /** Whether there is still hope that its owner gives the port back. */
    private boolean taken(BindFailure e) {
        if (e.kind() != BindFailure.Kind.TAKEN || onFailure() == OnFailure.CONTINUE) {
            return false;
        }
        Instant now = clock.instant();
        firstTaken = firstTaken == null ? now : firstTaken;
        return now.isBefore(firstTaken.plus(TAKEN_MAX));
    }

    private Duration failed(BindFailure e) {
        failure = e;
        return failed(explain(e), remedy(e));
    }

    private void opened() {
        failure = null;
        firstTaken = null;
        backoff.reset();
        notBefore = Instant.MIN;
        status = status.toActive(clock.instant());
        log.info(
                "listening: listener={} addresses={} files={} tls={}",
                binding.word(),
                open.addresses(),
                open.files(),
                open.tls() == null ? "off" : open.tls().engine());
        if (binding.endpoint() == Endpoint.METRICS && !binding.tls() && !binding.loopbackOnly()) {
            log.warn("metrics can be read along, http.metrics_tls is off beyond loopback");
        }
        for (InetAddress address : left) {
            log.info("no such address on this host: listener={} address={}", name(), text(address));
        }
    }

    private Duration crashed(Exception e) {
        log.error("listener not opened: listener={}", binding.word(), e);
        return failed("the server did not open it: " + e, "");
    }

    private Duration failed(String reason, String remedy) {
        Instant now = clock.instant();
        if (onFailure() != OnFailure.CONTINUE) {
            log.error("{}", reason);
            status = status.toFailed(reason, remedy, now);
            return NEVER;
        }
        Duration pause = backoff.next();
        notBefore = now.plus(pause);
        log.warn("{}; next try in {} s", reason, pause.toSeconds());
        status = status.toDegraded(reason, remedy, now);
        return pause;
    }

    private void showNewestIdentity() {
        Tls tls = open.tls();
        TlsIdentity newest = around.identity().orElse(null);
        if (tls == null || newest == null || newest.equals(tls.shown()) || newest.equals(refused)) {
            return;
        }
        try {
            tls.show(newest);
            refused = null;
            status = status.toActive(clock.instant());
            log.info("new certificate shown: listener={} certificate={}", name(), newest);
        } catch (Exception e) {
            refused = newest;
            log.error("new certificate refused: listener={}", name(), e);
            status =
                    status.toDegraded(
                            "the new certificate cannot be used, the former one stays: "
                                    + e.getMessage(),
                            "",
                            clock.instant());
        }
    }

    /** Names the owner of a taken port, now that somebody can tell. */
    void explainAgain() {
        if (failure == null || open != null) {
            return;
        }
        Instant now = clock.instant();
        String reason = explain(failure);
        if (status.state() == State.FAILED) {
            status = status.toFailed(reason, remedy(failure), now);
        } else if (status.state() == State.DEGRADED) {
            status = status.toDegraded(reason, remedy(failure), now);
        }
    }

    private String explain(BindFailure e) {
        if (e.path() != null) {
            return explainFile(e);
        }
        String port = "port " + e.port() + " on " + text(e.address());
        return switch (e.kind()) {
            case TAKEN -> binding.portKey() + ": " + port + " is taken" + by(e.port());
            case NOT_OURS ->
                    binding.bindKey() + ": " + text(e.address()) + " is no address of this host";
            case DENIED ->
                    binding.portKey()
                            + ": this user may not listen on "
                            + port
                            + " (ports below 1024 need CAP_NET_BIND_SERVICE)";
            case OTHER -> binding.portKey() + ": cannot listen on " + port + ": " + e.getMessage();
        };
    }

    private String explainFile(BindFailure e) {
        return binding.portKey()
                + switch (e.kind()) {
                    case TAKEN -> ": " + e.path() + " is taken by " + e.getMessage();
                    case DENIED -> ": this user may not make " + e.path();
                    default -> ": cannot listen on " + e.path() + ": " + e.getMessage();
                };
    }

    private String by(int port) {
        return around.portOwners()
                .flatMap(owners -> owners.ownerOf(port))
                .map(owner -> " by " + owner)
                .orElse("");
    }

    private String remedy(BindFailure e) {
        String key = e.kind() == BindFailure.Kind.NOT_OURS ? binding.bindKey() : binding.portKey();
        String set =
                "set "
                        + key
                        + " in drover.yaml or DROVER_"
                        + key.replace('.', '_').toUpperCase(Locale.ROOT);
        return e.kind() == BindFailure.Kind.TAKEN ? "end that process, or " + set : set;
    }

    private static String text(InetAddress address) {
        return switch (address.getHostAddress()) {
            case "0:0:0:0:0:0:0:1" -> "::1";
            case "0:0:0:0:0:0:0:0" -> "::";
            default -> address.getHostAddress();
        };
    }

    private OnFailure onFailure() {
        return binding.endpoint() == Endpoint.METRICS || binding.file().isPresent()
                ? OnFailure.CONTINUE
                : OnFailure.EXIT_UNAVAILABLE;
    }

    /** Ends every connection; after {@link #refuseFurther}. */
    void close() {
        OpenListener closing = open;
        open = null;
        if (closing != null) {
            closing.close();
        }
    }

    /** Gives the ports back; requests that are being answered go on, further ones are refused. */
    void refuseFurther() {
        if (open != null) {
            open.refuseFurther();
        }
    }

    boolean is(Binding otherBinding, Limits otherLimits) {
        return binding.equals(otherBinding) && limits.equals(otherLimits);
    }

    OptionalInt chosenPort() {
        return chosenPort;
    }

    String name() {
        return binding.word();
    }

    Binding binding() {
        return binding;
    }

    Step step() {
        String title =
                switch (binding.endpoint()) {
                    case API -> binding.file().isPresent() ? "API socket" : "API listener";
                    case METRICS -> "metrics listener";
                    case HEALTH -> "health listener";
                };
        return new Step("listener-" + name(), title, true, onFailure(), status);
    }

    Optional<Listening.Bound> bound() {
        OpenListener now = open;
        return now == null
                ? Optional.empty()
                : Optional.of(
                        new Listening.Bound(
                                name(),
                                binding.tls() ? "https" : "http",
                                now.addresses(),
                                now.files()));
    }

    /** Closes connections whose request takes too long to come. */
    void sweep() {
        if (open != null) {
            open.sweep();
        }
    }

    int connections() {
        OpenListener now = open;
        return now == null ? 0 : now.connections();
    }

    /** Addresses of the configuration that this host does not have, as people write them. */
    List<String> left() {
        return left.stream().map(Listener::text).toList();
    }
}
