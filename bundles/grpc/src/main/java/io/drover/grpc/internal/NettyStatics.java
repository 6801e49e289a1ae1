package io.drover.grpc.internal;

import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import io.grpc.netty.shaded.io.netty.util.concurrent.GlobalEventExecutor;
import io.grpc.netty.shaded.io.netty.util.concurrent.ImmediateEventExecutor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;

/**
 * Initialises those classes of Netty that keep an exception in a static field. Its stack trace
 * holds the classes of whoever touches them first, as long as grpc-runtime lives: an update of this
 * bundle would leave its former classes behind.
 */
final class NettyStatics {

    private static final long INITIALISED_WITHIN_MILLIS = 1000;

    private static final List<Class<? extends EventExecutor>> HOLDERS =
            List.of(GlobalEventExecutor.class, ImmediateEventExecutor.class);

    private NettyStatics() {}

    /** Touches each on a thread that has nothing of this bundle on its stack. */
    static void initialise() throws InterruptedException {
        for (Class<? extends EventExecutor> holder : HOLDERS) {
            Thread thread = new Thread(toucher(holder), "drover-grpc-statics");
            thread.setDaemon(true);
            thread.start();
            thread.join(INITIALISED_WITHIN_MILLIS);
        }
    }

    /** Made of the JDK's classes alone; a lambda would be one of ours. */
    private static Runnable toucher(Class<? extends EventExecutor> holder) {
        try {
            MethodHandle read =
                    MethodHandles.publicLookup().findStaticGetter(holder, "INSTANCE", holder);
            return MethodHandleProxies.asInterfaceInstance(
                    Runnable.class, read.asType(MethodType.methodType(void.class)));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Netty has changed: " + holder, e);
        }
    }
}
