package io.drover.itests.container;

import static org.junit.Assert.assertTrue;

import io.drover.api.agent.Agent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.security.PrivilegedExceptionAction;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.inject.Inject;
import javax.security.auth.Subject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** The commands of the Karaf console. */
@RunWith(PaxExam.class)
public class ConsoleIT {

    @SuppressWarnings("unused") // its coming is what the injection waits for
    @Inject
    private BootFinished booted;

    @Inject private SessionFactory sessions;

    @Inject private Agent agent;

    @Inject private BundleContext context;

    @Configuration
    public Option[] configuration() {
        return Containers.distribution();
    }

    @Before
    public void awaitTheAgent() throws Exception {
        Waiting.until("the agent is ready", 60, agent::ready, () -> agent.subsystems().toString());
    }

    @Test
    public void statusListsEverySubsystem() throws Exception {
        String table = run("drover:status");

        for (String name :
                new String[] {
                    "config",
                    "core",
                    "security",
                    "http",
                    "metrics",
                    "grpc",
                    "kernel",
                    "profiling",
                    "conntrack",
                    "kubernetes",
                    "autoscaling",
                    "link"
                }) {
            assertTrue(name + " in\n" + table, table.contains(name));
        }
        assertTrue(table, table.contains("active"));
    }

    @Test
    public void statusOfOneShowsWhatItSays() throws Exception {
        String text = run("drover:status kubernetes");

        assertTrue(text, text.contains("kubernetes is waiting"));
        assertTrue(text, text.contains("kubeconfig"));
    }

    @Test
    public void startupListsTheSteps() throws Exception {
        String table = run("drover:startup");

        assertTrue(table, table.contains("security/tokens"));
        assertTrue(table, table.contains("http/listener-api"));
        assertTrue(table, table.contains("conntrack/netlink"));
    }

    @Test
    public void conntrackListPrintsItsColumnsAndRefusesNonsense() throws Exception {
        assertTrue(run("drover:conntrack-list").contains("Translated to"));
        assertTrue(
                run("drover:conntrack-list --protocol nope").contains("--protocol must be one of"));
        assertTrue(
                run("drover:conntrack-list --address example.org")
                        .contains("--address must be an IPv4 or IPv6 address"));
    }

    @Test
    public void profilingIsSwitchedByHand() throws Exception {
        assertTrue(run("drover:profiling").contains("profiling is off"));
        assertTrue(run("drover:profiling on").contains("profiling is on since"));
        assertTrue(run("drover:profiling --last 60 summary").contains("hot methods"));
        assertTrue(run("drover:profiling dump").contains(".jfr"));
        assertTrue(run("drover:profiling off").contains("profiling is off"));
        assertTrue(run("drover:profiling sideways").contains("not sideways"));
    }

    @Test
    public void configurationIsSetAtRunTimeAndTakenBack() throws Exception {
        assertTrue(run("drover:config-set --for 5m conntrack.streams_max 7").contains("7"));
        awaitLine("drover:config conntrack", "streams_max", "7", "run time");

        String unset = run("drover:config-unset conntrack.streams_max");
        assertTrue(unset, unset.contains("-> 64") || unset.contains("default"));

        awaitLine("drover:config conntrack", "streams_max", "default");
        String refused = run("drover:config-set conntrack.streams_max many");
        assertTrue(refused, refused.contains("conntrack.streams_max must be"));
        assertTrue(run("drover:reload").contains("nothing"));
    }

    @Test
    public void whatKarafsOwnCommandEditsShowsItsOriginAndIsHeldAgainstTheRules() throws Exception {
        karaf("config:property-set -p io.drover.conntrack streams.max 9");

        awaitLine("drover:config conntrack", "streams_max", "9", "karaf");

        karaf("config:property-set -p io.drover.conntrack streams.max many");

        awaitLine("drover:config conntrack", "conntrack.streams_max must be");
        assertTrue(agent.ready());

        karaf("config:property-delete -p io.drover.conntrack streams.max");

        awaitLine("drover:config conntrack", "streams_max", "default");
    }

    @Test
    public void withoutASubsystemTheOtherCommandsAreThere() throws Exception {
        Bundle conntrack =
                Arrays.stream(context.getBundles())
                        .filter(b -> "io.drover.conntrack".equals(b.getSymbolicName()))
                        .findFirst()
                        .orElseThrow();
        conntrack.stop(Bundle.STOP_TRANSIENT);
        try {
            awaitLine("drover:conntrack-list", "the subsystem conntrack is not there now");
            assertTrue(run("drover:status").contains("autoscaling"));
            assertTrue(run("drover:config config").contains("settle_ms"));
        } finally {
            conntrack.start(Bundle.START_TRANSIENT);
        }
        awaitLine("drover:conntrack-list", "Translated to");
        // It was ready all the time: what is away for a moment does not count.
        awaitLine("drover:startup", "conntrack/netlink", "active");
    }

    /** A command that Karaf lets administrators alone see; it says nothing where it worked. */
    private void karaf(String command) throws Exception {
        // The class is of the container, which is not there where this is compiled.
        Constructor<?> role =
                Class.forName("org.apache.karaf.jaas.boot.principal.RolePrincipal")
                        .getConstructor(String.class);
        Set<Principal> roles =
                Set.of(
                        (Principal) role.newInstance("admin"),
                        (Principal) role.newInstance("manager"));
        Subject subject = new Subject(true, roles, Set.of(), Set.of());
        String said = Subject.doAs(subject, (PrivilegedExceptionAction<String>) () -> run(command));
        assertTrue(said, said.isBlank());
    }

    /** Waits until a command prints one line with all of these in it. */
    private void awaitLine(String command, String... parts) throws Exception {
        Waiting.until(
                command + " has a line with " + List.of(parts),
                30,
                () ->
                        run(command)
                                .lines()
                                .anyMatch(line -> List.of(parts).stream().allMatch(line::contains)),
                () -> {
                    try {
                        return run(command);
                    } catch (Exception e) {
                        return e.toString();
                    }
                });
    }

    /** What a person would see, errors too. */
    private String run(String command) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            Session session = sessions.create(new ByteArrayInputStream(new byte[0]), out, out);
            try {
                session.execute(command);
            } catch (IllegalArgumentException | IllegalStateException e) {
                out.println(e.getMessage());
            } finally {
                session.close();
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
