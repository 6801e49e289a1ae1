package io.drover.http.internal.serve;

import io.drover.api.security.Audit;
import io.drover.http.internal.listen.Clients;
import io.drover.http.internal.route.Gate;
import io.drover.http.internal.route.Rates;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where all requests of all listeners come in; each becomes an {@link Exchange}. Any thread. */
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
    private final Set<Exchange> exchanges = ConcurrentHashMap.newKeySet();

    public Front(
            Gate gate,
            Rates rates,
            Clients clients,
            Meter meter,
            Supplier<Terms> terms,
            Supplier<Optional<Audit>> audit) {
        this.gate = gate;
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
        Exchange exchange = new Exchange(this, now, door, request, response, callback);
        exchanges.add(exchange);
        exchange.begin();
        return true;
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
        return exchanges.size();
    }

    /** Ends every request, live streams too. */
    void cutOffAll() {
        exchanges.forEach(exchange -> exchange.cutOff("stopped"));
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
