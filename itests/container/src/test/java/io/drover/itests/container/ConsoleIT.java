package io.drover.itests.container;

import static org.junit.Assert.assertTrue;

import io.drover.api.agent.Agent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;

/** The commands of the Karaf console. */
@RunWith(PaxExam.class)
public class ConsoleIT {

    @SuppressWarnings("unused") // its coming is what the injection waits for
    @Inject
    private BootFinished booted;

    @Inject private SessionFactory sessions;

    @Inject private Agent agent;

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

    /** What a person would see, errors too. */
    private String run(String command) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            Session session = sessions.create(new ByteArrayInputStream(new byte[0]), out, out);
            try {
                session.execute(command);
            } catch (IllegalArgumentException e) {
                out.println(e.getMessage());
            } finally {
                session.close();
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
