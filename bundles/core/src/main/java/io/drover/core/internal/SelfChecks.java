package io.drover.core.internal;

import io.drover.api.agent.Agent;
import io.drover.api.agent.Home;
import io.drover.api.diagnosis.Diagnosis;
import io.drover.api.diagnosis.Suite;
import io.drover.api.http.Routes;
import io.drover.core.internal.check.ClockSteps;
import io.drover.core.internal.check.ClockSuite;
import io.drover.core.internal.check.DiskSuite;
import io.drover.core.internal.check.FilesSuite;
import io.drover.core.internal.check.MemorySuite;
import io.drover.core.internal.check.PortsSuite;
import io.drover.core.internal.check.SubsystemsSuite;
import io.drover.core.internal.diagnose.DiagnosisRoutes;
import io.drover.core.internal.diagnose.SuiteRunner;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** Wires {@link SuiteRunner} to OSGi: the suites of all bundles, and the routes. */
final class SelfChecks implements AutoCloseable {

    private final SuiteRunner runner;
    private final Follower<Suite> suites;
    private final List<ServiceRegistration<?>> registrations;

    SelfChecks(
            BundleContext context,
            Agent agent,
            Settings settings,
            Clock clock,
            ClockSteps steps,
            Executor thread) {
        Instant builtAt = Identities.revisionTime(context.getBundle().getHeaders());
        Home home = Home.ofProcess();
        runner =
                new SuiteRunner(
                        () ->
                                List.of(
                                        new SubsystemsSuite(agent),
                                        new PortsSuite(agent),
                                        new DiskSuite(home, settings.diskFreeMinBytes()),
                                        new MemorySuite(),
                                        new ClockSuite(clock, steps, builtAt),
                                        new FilesSuite(home)),
                        settings.diagnoseDeadline(),
                        clock);
        suites =
                new Follower<>(
                        context,
                        CoreComponent.filter(context, Suite.class, ""),
                        runner::add,
                        runner::remove);
        thread.execute(suites::open);
        registrations =
                List.of(
                        context.registerService(Diagnosis.class, runner, null),
                        context.registerService(Routes.class, new DiagnosisRoutes(runner), null));
    }

    Diagnosis diagnosis() {
        return runner;
    }

    @Override
    public void close() {
        registrations.forEach(ServiceRegistration::unregister);
        suites.close();
        runner.close();
    }
}
