package io.drover.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.security.Audit;
import io.drover.testing.FakeTokenStore;
import io.drover.testing.ManualClock;
import io.drover.testing.RecordedAudit;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenCommandsTest {

    private final FakeTokenStore tokens =
            new FakeTokenStore(new ManualClock(Instant.parse("2026-11-22T20:00:00Z")));
    private final RecordedAudit audit = new RecordedAudit();

    @Test
    void makesListsReplacesAndTakesBackATokenAndLeavesALineOfEach() throws Exception {
        TokenCreateCommand create = new TokenCreateCommand();
        create.tokens = tokens;
        create.audit = audit;
        create.name = "ci";
        create.scopes = List.of("read", "metrics");
        create.life = "12h";
        assertThat(Captured.linesOf(create)).containsExactly("token-2");

        TokenListCommand list = new TokenListCommand();
        list.tokens = tokens;
        list.plain = true;
        assertThat(Captured.linesOf(list))
                .anySatisfy(
                        line -> assertThat(line).contains("ci", "read, metrics", "2026-11-23T08"));

        TokenRotateCommand rotate = new TokenRotateCommand();
        rotate.tokens = tokens;
        rotate.audit = audit;
        rotate.name = "local";
        assertThat(Captured.linesOf(rotate)).containsExactly("replaced: 000000000003");

        TokenRevokeCommand revoke = new TokenRevokeCommand();
        revoke.tokens = tokens;
        revoke.audit = audit;
        revoke.name = "ci";
        assertThat(Captured.linesOf(revoke)).isEmpty();

        assertThat(audit.actions())
                .extracting(Audit.Action::action)
                .containsExactly("token-create ci", "token-rotate local", "token-revoke ci");
    }

    @Test
    void saysWhatIsWrong() {
        TokenCreateCommand create = new TokenCreateCommand();
        create.tokens = tokens;
        create.audit = audit;
        create.name = "ci";
        create.scopes = List.of("write");
        assertThatThrownBy(create::execute)
                .hasMessage("--scope must be admin, read, metrics or grpc, is 'write'");

        create.scopes = List.of("read");
        create.life = "soon";
        assertThatThrownBy(create::execute)
                .hasMessage("--life must be a number and one of s, m, h, d, is 'soon'");
        assertThat(audit.actions()).isEmpty();
    }
}
