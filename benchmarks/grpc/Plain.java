import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Plain grpc-netty as its documentation shows it: its own defaults, TLS, no token. */
public final class Plain {

    public static void main(String[] arguments) throws Exception {
        Server server =
                NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0))
                        .sslContext(GrpcSslContexts.forServer(new File(arguments[0]), new File(arguments[1])).build())
                        .addService(new BenchService())
                        .build()
                        .start();
        System.out.println("port " + server.getPort());
        server.awaitTermination();
    }
}
