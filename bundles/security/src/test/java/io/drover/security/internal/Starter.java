package io.drover.security.internal;

import io.drover.security.internal.file.SecretsFolder;
import io.drover.security.internal.token.TokenFile;
import java.nio.file.Path;
import java.time.Clock;

/** An agent's first start as a process of its own; says what it ended with. */
public final class Starter {

    private Starter() {}

    public static void main(String[] args) throws Exception {
        Path secrets = Path.of(args[0]);
        Security security = SecurityTest.security(secrets, Clock.systemUTC());

        security.apply(Settings.from(SettingsTest.config(90, new String[0], "")));

        String token = TokenFile.read(SecretsFolder.open(secrets), "local_token");
        System.out.println("token " + token + " " + security.facts());
        security.steps().forEach(step -> System.out.println(step.status().state()));
        System.exit(security.certificates().isPresent() ? 0 : 1);
    }
}
