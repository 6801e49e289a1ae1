package io.drover.grpc.internal;

import io.drover.api.http.Guest;
import io.drover.api.http.Guest.Field;
import io.drover.api.http.SharedListener;
import io.grpc.Server;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;

/**
 * The server as a guest on the API listener of the bundle http, which may come and go. The control
 * thread alone, but for {@link #addresses}.
 */
final class SharedPort implements Ports {

    /** What clients are told while this bundle is being replaced. */
    private static final List<Field> AWAY =
            SharedStream.statusAlone(
                    Status.UNAVAILABLE.withDescription(
                            "the gRPC server is being replaced; try again"));

    private final ExecutorService executor = Threads.calls();
    private final OpenCalls open;
    private final Server server;
    private final Guest guest;
    private volatile SharedListener listener;
    private SharedListener.Stay stay;

    SharedPort(ServerRecipe recipe) {
        open = recipe.calls();
        ServerRecipe.Shared made = recipe.shared(executor, AWAY);
        server = made.server();
        guest = made.transport();
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // It opens nothing.
        }
    }

    /** Serves on {@code place}, and no more on its predecessor. */
    void use(SharedListener place) {
        leave();
        listener = place;
        stay = place.admit(guest);
    }

    /** Serves nowhere; calls that run go on. */
    void leave() {
        if (listener != null) {
            listener = null;
            stay.close();
        }
    }

    @Override
    public List<InetSocketAddress> addresses() {
        SharedListener now = listener;
        return now == null ? List.of() : now.addresses();
    }

    @Override
    public String transport() {
        return "shared";
    }

    @Override
    public void close(Duration grace) throws InterruptedException {
        leave();
        new Servers(List.of(server), open).end(grace);
        executor.shutdownNow();
    }
}
