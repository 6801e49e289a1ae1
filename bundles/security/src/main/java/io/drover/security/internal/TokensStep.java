package io.drover.security.internal;

import io.drover.api.status.Status;
import io.drover.security.internal.file.SecretsFolder;
import io.drover.security.internal.file.UnsafeException;
import io.drover.security.internal.file.Watched;
import io.drover.security.internal.token.KnownTokens;
import io.drover.security.internal.token.TokenKeeper;
import io.drover.security.internal.token.TokenRules;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step {@code tokens}: opens them, follows their files, says how it is. {@link #status} and
 * {@link #keeper} from any thread, the rest by one.
 */
final class TokensStep {

    private static final Logger LOG = LoggerFactory.getLogger(TokensStep.class);

    private final Path path;
    private final Clock clock;
    private final Watched watched = new Watched();
    private volatile TokenKeeper keeper;
    private volatile Status status;
    private TokenRules rules;

    TokensStep(Path path, Clock clock) {
        this.path = path;
        this.clock = clock;
        this.status = Status.starting(clock.instant());
    }

    void apply(TokenRules next) {
        rules = next;
        if (keeper == null) {
            open();
        } else {
            read();
        }
    }

    void refuse(String findings, String remedy) {
        if (keeper == null) {
            status = status.toFailed(findings, remedy, clock.instant());
        }
    }

    /** Reads the files again if they are others than they were. */
    void look() {
        if (keeper != null && watched.changed()) {
            read();
        }
    }

    Optional<TokenKeeper> keeper() {
        return Optional.ofNullable(keeper);
    }

    /** None while there are none. */
    KnownTokens known() {
        TokenKeeper opened = keeper;
        return opened == null ? new KnownTokens() : opened.known();
    }

    Status status() {
        return status;
    }

    private void open() {
        try {
            TokenKeeper opened = TokenKeeper.open(SecretsFolder.open(path), rules, clock);
            keeper = opened;
            watched.follow(opened.files());
            status = sound(opened);
        } catch (IOException | UnsafeException e) {
            LOG.error("no tokens, nothing that needs one is served: {}", e.getMessage());
            status =
                    status.toFailed(
                            UnsafeException.reason(e),
                            UnsafeException.remedy(e, path),
                            clock.instant());
        }
    }

    private void read() {
        try {
            keeper.read(rules);
            watched.follow(keeper.files());
            status = sound(keeper);
        } catch (IOException | UnsafeException e) {
            String reason =
                    "tokens not read again, the old ones hold: " + UnsafeException.reason(e);
            if (!status.reason().equals(reason)) {
                LOG.warn("{}", reason);
            }
            status = status.toDegraded(reason, UnsafeException.remedy(e, path), clock.instant());
        }
    }

    private Status sound(TokenKeeper opened) {
        return opened.problem().isEmpty()
                ? status.toActive(clock.instant())
                : status.toDegraded(
                        "tokens with scopes cannot be read: " + opened.problem(),
                        "mend " + path.resolve("tokens") + ", or remove it",
                        clock.instant());
    }
}
