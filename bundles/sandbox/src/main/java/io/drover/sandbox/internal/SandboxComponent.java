package io.drover.sandbox.internal;

import io.drover.api.agent.Home;
import io.drover.api.status.OnFailure;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the sandbox to OSGi; holds no logic of its own. */
@Component(
        service = Subsystem.class,
        immediate = true,
        configurationPid = "io.drover.sandbox",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SandboxConfig.class)
public final class SandboxComponent implements Subsystem {

    private static final Logger log = LoggerFactory.getLogger(SandboxComponent.class);

    /** The script names it as the kubeconfig of the agent. */
    private static final String KUBECONFIG = "sandbox.kubeconfig";

    private final Demo demo;
    private final ApiServer server;
    private final Path kubeconfig;
    private final Status status;

    @Activate
    public SandboxComponent(SandboxConfig config) throws IOException, Refusal {
        Settings settings = Settings.from(config);
        Clock clock = Clock.systemUTC();
        Store store = new Store(settings.changesMax());
        String token = token();
        demo = new Demo(store, clock, settings.curveSeconds());
        server =
                new ApiServer(
                        store,
                        settings.port(),
                        settings.watchesMax(),
                        token,
                        new DemoPage(store, demo));
        kubeconfig = Home.ofProcess().run().resolve(KUBECONFIG);
        demo.start();
        write(kubeconfig, server.port(), token);
        Status active = Status.active(clock.instant());
        status =
                new Status(
                        active.state(),
                        "an embedded API server with a demo workload, no cluster: " + page(),
                        "",
                        active.since(),
                        active.attempts(),
                        "",
                        active.history());
        log.warn(
                "SANDBOX: an embedded API server with a demo workload, no cluster; watch it: page={}",
                page());
    }

    @Deactivate
    void stop() throws IOException {
        Files.deleteIfExists(kubeconfig);
        demo.close();
        server.close();
    }

    @Override
    public String name() {
        return "sandbox";
    }

    @Override
    public List<Step> steps() {
        return List.of(
                new Step(
                        "api-server",
                        "Embedded API server, no cluster",
                        false,
                        OnFailure.CONTINUE,
                        status));
    }

    @Override
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("what", "an embedded API server with a demo workload, NO CLUSTER");
        facts.put("page", page());
        facts.put("kubeconfig", kubeconfig.toString());
        return facts;
    }

    private String page() {
        return "http://127.0.0.1:" + server.port() + "/";
    }

    private static String token() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Whole or not at all: the agent looks for it all the time. */
    private static void write(Path file, int port, String token) throws IOException {
        String text =
                """
                apiVersion: v1
                kind: Config
                current-context: sandbox
                clusters:
                - name: sandbox
                  cluster: {server: "http://127.0.0.1:%d"}
                users:
                - name: sandbox
                  user: {token: "%s"}
                contexts:
                - name: sandbox
                  context: {cluster: sandbox, user: sandbox, namespace: default}
                """
                        .formatted(port, token);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(
                fresh,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, text, StandardCharsets.UTF_8);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
