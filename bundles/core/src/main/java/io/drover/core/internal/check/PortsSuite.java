package io.drover.core.internal.check;

import io.drover.api.agent.Agent;
import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.diagnosis.Check;
import io.drover.api.diagnosis.Suite;
import io.drover.api.net.Listening.Bound;
import io.drover.api.status.State;
import io.drover.api.status.Step;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether each listener is bound and takes connections; a refused bind with who has the port. */
public final class PortsSuite implements Suite {

    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Pattern PORT = Pattern.compile("port (\\d+)");

    private final Agent agent;

    public PortsSuite(Agent agent) {
        this.agent = agent;
    }

    @Override
    public String name() {
        return "ports";
    }

    @Override
    public String about() {
        return "whether every listener is bound and takes connections";
    }

    @Override
    public List<Check> run() {
        List<Check> checks = new ArrayList<>();
        for (SubsystemView view : agent.subsystems()) {
            for (Step step : view.steps()) {
                if (step.name().startsWith("listener-") && step.status().state() != State.ACTIVE) {
                    checks.add(unbound(step));
                }
            }
        }
        for (Bound listener : agent.listening()) {
            for (InetSocketAddress address : listener.addresses()) {
                checks.add(connect(listener.name(), address));
            }
        }
        if (checks.isEmpty()) {
            checks.add(Check.skipped("listeners", "none is installed"));
        }
        return checks;
    }

    private static Check unbound(Step step) {
        String why = step.status().reason();
        if (step.status().state() == State.SKIPPED) {
            return Check.skipped(step.name(), why);
        }
        Matcher port = PORT.matcher(why);
        String command = port.find() ? "ss -Hltnp 'sport = :" + port.group(1) + "'" : "ss -Hltnp";
        return Check.fail(
                step.name(),
                why.isEmpty() ? "it is not bound yet" : why,
                step.status().remedy(),
                command);
    }

    private static Check connect(String listener, InetSocketAddress address) {
        String name = "listener-" + listener;
        String shown = address.getAddress().getHostAddress() + " port " + address.getPort();
        try (Socket socket = new Socket()) {
            socket.connect(address, (int) CONNECT.toMillis());
            return Check.pass(name, shown + " takes connections");
        } catch (IOException e) {
            return Check.fail(
                    name,
                    shown + " is bound but takes no connection: " + e.getMessage(),
                    "a firewall rule on this host or a full queue of connections stands before it;"
                            + " look at both",
                    "ss -Hltn 'sport = :" + address.getPort() + "'");
        }
    }
}
