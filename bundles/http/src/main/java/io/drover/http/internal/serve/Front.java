package io.drover.http.internal.serve;

import io.drover.api.http.Endpoint;
import io.drover.api.security.Audit;
import io.drover.http.internal.listen.Clients;
import io.drover.http.internal.route.Gate;
import io.drover.http.internal.route.Rates;
import io.drover.http.internal.route.Verdict;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where all requests of all listeners come in; each becomes an {@link Exchange}, or a {@link Visit}
 * when a guest answers it. Any thread.
 */
public final class Front extends Handler.Abstract {

    private static final Logger log = LoggerFactory.getLogger(Front.class);

    /** A client that lets a thread wait for longer while there is no other one has to go. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Gate gate;
    private final Rates rates;
    private final Clients clients;
    private final Meter meter;
    private final Supplier<Terms> terms;
    private final Supplier<Optional<Audit>> audit;
    private final Held held = new Held(this);
    private final Streams streams = new Streams();
    private final Guests guests;
    private final Pulse pulse = new Pulse();
    private final Set<Exchange> exchanges = ConcurrentHashMap.newKeySet();
    private final Set<Visit> visits = ConcurrentHashMap.newKeySet();

    public Front(
            Gate gate,
            Guests guests,
            Rates rates,
            Clients clients,
            Meter meter,
            Supplier<Terms> terms,
            Supplier<Optional<Audit>> audit) {
        this.gate = gate;
        this.guests = guests;
        this.rates = rates;
        this.clients = clients;
        this.meter = meter;
        this.terms = terms;
        this.audit = audit;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Terms now = terms.get();
        Door door = now.door(request.getConnectionMetaData().getConnector().getName());
        if (door == null) {
            return false;
        }
        Optional<Guests.Place> place =
                door.endpoint() == Endpoint.API
                        ? guests.of(request.getHeaders().get(HttpHeader.CONTENT_TYPE), now.absent())
                        : Optional.empty();
        if (place.isEmpty()) {
            enter(new Exchange(this, now, door, request, response, callback)).begin();
        } else {
            receive(place.get(), now, door, request, response, callback);
        }
        return true;
    }

    private void receive(
            Guests.Place place,
            Terms now,
            Door door,
            Request request,
            Response response,
            Callback callback) {
        Optional<Verdict.Refused> refusal =
                Guests.refusal(
                        place.manners(),
                        request.getConnectionMetaData().getHttpVersion().getVersion(),
                        request.getMethod());
        if (refusal.isPresent()) {
            enter(new Exchange(this, now, door, request, response, callback))
                    .refused(refusal.get());
        } else if (place.guest().isEmpty()) {
            enter(new Exchange(this, now, door, request, response, callback))
                    .away(place.manners().away());
        } else {
            Visit visit = new Visit(this, door, place.manners(), request, response, callback);
            visits.add(visit);
            visit.begin(place.guest().get());
        }
    }

    private Exchange enter(Exchange exchange) {
        exchanges.add(exchange);
        return exchange;
    }

    /** Routes or their check have come: who waits for them looks again. */
    public void wake() {
        held.wake();
    }

    /** Requests that wait for a bundle. */
    int held() {
        return held.size();
    }

    /** Requests that are being answered, or wait for it. */
    public long inFlight() {
        return (long) exchanges.size() + visits.size();
    }

    /** Ends every request, live streams too. */
    void cutOffAll() {
        exchanges.forEach(exchange -> exchange.cutOff("stopped"));
        visits.forEach(visit -> visit.cutOff("stopped"));
    }

    /** Cuts off what takes too long. Called by one thread, twice a second or so. */
    public void tick() {
        if (getServer() == null) {
            return;
        }
        long now = System.nanoTime();
        boolean starved =
                getServer().getThreadPool() instanceof ThreadPool.SizedThreadPool pool
                        && pool.getIdleThreads() == 0
                        && pool.getThreads() >= pool.getMaxThreads();
        for (Exchange exchange : exchanges) {
            if (exchange.late(now)) {
                exchange.cutOff("request-late");
            } else if (starved && exchange.clientWaits(now) > PATIENCE.toNanos()) {
                exchange.cutOff("reader-slow");
            }
        }
        guests.manners().ifPresent(manners -> pulse.look(visits, manners, now));
    }

    void left(Visit visit) {
        visits.remove(visit);
    }

    void ended(Exchange exchange) {
        exchanges.remove(exchange);
    }

    void audit(Audit.Action action) {
        Optional<Audit> now = audit.get();
        if (now.isPresent()) {
            now.get().write(action);
        } else {
            log.info(
                    "control action, no audit is there: action={} caller={} outcome={}",
                    action.action(),
                    action.caller(),
                    action.outcome());
        }
    }

    Gate gate() {
        return gate;
    }

    Rates rates() {
        return rates;
    }

    Clients clients() {
        return clients;
    }

    Meter meter() {
        return meter;
    }

    Held waitingRoom() {
        return held;
    }

    Streams streams() {
        return streams;
    }

    Executor threads() {
        return getServer().getThreadPool();
    }

    Scheduler timer() {
        return getServer().getScheduler();
    }
}
