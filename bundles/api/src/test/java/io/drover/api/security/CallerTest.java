package io.drover.api.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class CallerTest {

    @Test
    void isAdmittedToWhatItsTokenOpensAndToWhatIsPublic() {
        Caller caller = new Caller("peer", Set.of(Audience.CLUSTER));

        assertThat(caller.admittedTo(Audience.PUBLIC)).isTrue();
        assertThat(caller.admittedTo(Audience.CLUSTER)).isTrue();
        assertThat(caller.admittedTo(Audience.LOCAL)).isFalse();
        assertThat(caller.admittedTo(Audience.ADMIN)).isFalse();
    }
}
