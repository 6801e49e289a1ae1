package io.drover.link.internal;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinnedTrustTest {

    @TempDir Path folder;

    private ThrowAwayAuthority authority;
    private X509Certificate[] chain;

    @BeforeEach
    void makeAChain() {
        authority = new ThrowAwayAuthority(folder);
        chain = authority.identity("server").chain().toArray(X509Certificate[]::new);
    }

    private void check(Set<String> pins) throws Exception {
        PinnedTrust.of(List.of(authority.certificate()), pins).checkServerTrusted(chain, "UNKNOWN");
    }

    @Test
    void trustsWhatTheAuthorityVouchesFor() {
        assertThatCode(() -> check(Set.of())).doesNotThrowAnyException();
    }

    @Test
    void trustsAPinOfTheLeafOrOfItsAuthority() throws Exception {
        String leaf = PinnedTrust.fingerprint(chain[0]);
        String root = PinnedTrust.fingerprint(authority.certificate());

        assertThatCode(() -> check(Set.of(leaf))).doesNotThrowAnyException();
        assertThatCode(() -> check(Set.of(root))).doesNotThrowAnyException();
    }

    @Test
    void refusesAChainWithoutAPinnedKeyAndSaysSo() {
        assertThatThrownBy(() -> check(Set.of("ab".repeat(32))))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("link.pins");
    }

    @Test
    void refusesAnotherAuthority() {
        chain =
                new ThrowAwayAuthority(folder)
                        .identity("server")
                        .chain()
                        .toArray(X509Certificate[]::new);

        assertThatThrownBy(() -> check(Set.of())).isInstanceOf(CertificateException.class);
    }
}
