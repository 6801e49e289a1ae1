package io.drover.core.internal.apikey;

import io.drover.api.intake.Content;
import io.drover.api.intake.Intake;
import io.drover.api.intake.Sender;
import io.drover.api.secret.Secret;
import io.drover.api.secret.Secrets;
import io.drover.api.status.OnFailure;
import io.drover.api.status.State;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's API key: needed while something is sent, checked at the intake again and again, taken
 * anew from its source when that changes. {@link #look} is called by one thread and blocks while it
 * asks; everything else by any.
 */
public final class ApiKeys implements Intake {

    private static final Logger LOG = LoggerFactory.getLogger(ApiKeys.class);

    private static final String REMEDY =
            "set core.api_key in etc/drover.yaml (or DROVER_CORE_API_KEY) to the key itself,"
                    + " file:/path or ENC[handle]; or switch off what sends: ";

    private final ApiKeySettings settings;
    private final Connection connection;
    private final BooleanSupplier started;
    private final Clock clock;
    private final KeyInUse keys = new KeyInUse();
    private final List<String> senders = new CopyOnWriteArrayList<>();
    private final Counts counts = new Counts();

    private KeyState state = KeyState.NOT_REQUIRED;
    private Instant since;
    private String lastError = "";

    /** The one that was asked about last, compared by identity: versions may begin anew. */
    private Secret checked;

    private Instant due = Instant.MIN;
    private Duration retry;
    private volatile Status status;

    /**
     * @param started whether the agent's start is over: until then a missing key ends it
     */
    public ApiKeys(
            ApiKeySettings settings, Connection connection, BooleanSupplier started, Clock clock) {
        this.settings = settings;
        this.connection = connection;
        this.started = started;
        this.clock = clock;
        this.since = clock.instant();
        this.retry = settings.retryInterval();
        this.status = Status.skipped("nothing is sent, so that no key is needed", since);
    }

    public void use(Secrets service) {
        keys.use(service);
        settle();
    }

    public void lose(Secrets service) {
        keys.lose(service);
    }

    @Override
    public Sender open(String what) {
        senders.add(what);
        settle();
        return new Sending(what);
    }

    /** Takes a new key, and asks the intake about it when that is due. */
    public void look() throws InterruptedException {
        settle();
        Optional<Secret> key = keyToCheck();
        if (key.isPresent()) {
            take(key.get(), ask(key.get()));
            settle();
        }
    }

    private synchronized Optional<Secret> keyToCheck() {
        Optional<Secret> key = senders.isEmpty() ? Optional.empty() : keys.newest();
        boolean now = key.isPresent() && (key.get() != checked || !clock.instant().isBefore(due));
        return now ? key : Optional.empty();
    }

    private Verdict ask(Secret key) throws InterruptedException {
        try {
            int answer = connection.get(settings.validation(), key, settings.timeout());
            return Verdict.of(answer, settings.validation().getHost());
        } catch (IOException e) {
            return new Verdict(
                    KeyState.UNKNOWN,
                    settings.validation().getHost() + " does not answer: " + sentence(e));
        }
    }

    /** Some exceptions have no message; what they are says enough then. */
    private static String sentence(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private void take(Secret key, Verdict verdict) {
        counts.checked(verdict.state());
        if (verdict.state() == KeyState.INVALID) {
            keys.refused(key);
        }
        synchronized (this) {
            boolean answered = verdict.state() != KeyState.UNKNOWN;
            // An outage says nothing of a key that has been judged already.
            boolean judged = key == checked && state == KeyState.INVALID;
            checked = key;
            due = clock.instant().plus(answered ? settings.checkInterval() : retry);
            retry = answered ? settings.retryInterval() : shorter(retry.multipliedBy(2));
            if (!verdict.error().isEmpty()) {
                lastError = verdict.error();
            }
            if (answered || !judged) {
                enter(verdict.state(), verdict.error());
            }
        }
    }

    private Duration shorter(Duration backOff) {
        return backOff.compareTo(settings.checkInterval()) > 0 ? settings.checkInterval() : backOff;
    }

    private synchronized void enter(KeyState to, String why) {
        if (to != state) {
            LOG.info("API key: state={} before={} reason={}", to.word(), state.word(), why);
            state = to;
            since = clock.instant();
        }
    }

    /** Brings state and step in line with the senders and the key that there are; asks nobody. */
    private synchronized void settle() {
        Instant now = clock.instant();
        if (senders.isEmpty()) {
            enter(KeyState.NOT_REQUIRED, "nothing is sent");
            checked = null;
            if (status.state() != State.SKIPPED) {
                status = Status.skipped("nothing is sent, so that no key is needed", now);
            }
            return;
        }
        if (!keys.known()) {
            status = status.toWaiting("waits for the service Secrets of the bundle config", now);
            return;
        }
        Optional<Secret> key = keys.newest();
        if (key.isEmpty()) {
            lacking(keys.wrong(), now);
            return;
        }
        if (key.get() != checked && state != KeyState.UNKNOWN) {
            enter(KeyState.UNKNOWN, "a key that was not asked about yet");
        }
        judge(key.get(), now);
    }

    private void lacking(String why, Instant now) {
        enter(KeyState.INVALID, why);
        lastError = why;
        checked = null;
        String reason = why + ", and " + String.join(", ", senders) + " needs one";
        String remedy = REMEDY + String.join(", ", senders);
        // Later an agent that does all else is worth more than one that ends.
        status =
                started.getAsBoolean()
                        ? status.toDegraded(reason, remedy, now)
                        : status.toFailed(reason, remedy, now);
    }

    private void judge(Secret key, Instant now) {
        if (!keys.wrong().isEmpty()) {
            status =
                    status.toDegraded(
                            "the former key is kept: " + keys.wrong(), "mend core.api_key", now);
        } else if (state == KeyState.INVALID) {
            status =
                    status.toDegraded(
                            "the API key from " + key.origin() + " is invalid: " + lastError,
                            "put a valid key there; it is taken without a restart",
                            now);
        } else if (state == KeyState.UNKNOWN && key == checked) {
            status =
                    status.toDegraded(
                            "the API key could not be checked, which says nothing of it: "
                                    + lastError,
                            "see that the agent reaches "
                                    + settings.validation().getHost()
                                    + ", perhaps by core.proxy",
                            now);
        } else {
            status = status.toActive(now);
        }
    }

    private synchronized Optional<String> hindrance() {
        settle();
        return state == KeyState.INVALID
                ? Optional.of(status.reason())
                : keys.newest().isPresent()
                        ? Optional.empty()
                        : Optional.of("there is no API key yet");
    }

    private int post(URI target, Content content, Duration timeout)
            throws IOException, InterruptedException {
        Secret key = keyOrFail();
        int answer = counted(target, key, content, timeout);
        if (answer != 401 && answer != 403) {
            return answer;
        }
        keys.refused(key);
        Secret newer = keyOrFail();
        synchronized (this) {
            due = Instant.MIN;
        }
        return newer == key ? answer : counted(target, newer, content, timeout);
    }

    private int counted(URI target, Secret key, Content content, Duration timeout)
            throws IOException, InterruptedException {
        try {
            int answer = connection.post(target, key, content, timeout);
            counts.posted(answer);
            return answer;
        } catch (IOException e) {
            counts.unanswered();
            throw new IOException(target.getHost() + " does not answer: " + sentence(e), e);
        }
    }

    private Secret keyOrFail() throws IOException {
        return keys.newest()
                .orElseThrow(() -> new IOException("there is no API key: " + keys.wrong()));
    }

    /** The step of the start. */
    public Step step() {
        return Step.fatal("api-key", "API key", OnFailure.EXIT_CONFIGURATION, status);
    }

    synchronized KeyState state() {
        return state;
    }

    /** What was checked and sent. */
    public Counts counts() {
        return counts;
    }

    /** For the view of the subsystem; nothing of the key itself. */
    public synchronized Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("api_key", state.word());
        facts.put("api_key_since", since);
        if (!senders.isEmpty()) {
            facts.put("api_key_needed_by", String.join(", ", senders));
            keys.newest().ifPresent(key -> facts.put("api_key_origin", key.origin()));
        }
        if (!lastError.isEmpty()) {
            facts.put("api_key_last_error", lastError);
        }
        return facts;
    }

    /** The words of all states, for the series. */
    public static List<String> states() {
        return Arrays.stream(KeyState.values()).map(KeyState::word).toList();
    }

    /** The word of the state, for the series. */
    public String word() {
        return state().word();
    }

    /** One that sends; its end may come twice. */
    private final class Sending implements Sender {

        private final String what;
        private boolean closed;

        Sending(String what) {
            this.what = what;
        }

        @Override
        public Optional<String> hindrance() {
            return ApiKeys.this.hindrance();
        }

        @Override
        public int post(URI target, Content content, Duration timeout)
                throws IOException, InterruptedException {
            return ApiKeys.this.post(target, content, timeout);
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                senders.remove(what);
                settle();
            }
        }
    }
}
