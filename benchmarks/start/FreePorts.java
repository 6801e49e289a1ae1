import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Prints as many free TCP ports as it is told to, all held at once so that they differ. */
final class FreePorts {

    private FreePorts() {}

    public static void main(String[] words) throws Exception {
        List<ServerSocket> held = new ArrayList<>();
        StringBuilder ports = new StringBuilder();
        for (int i = 0; i < Integer.parseInt(words[0]); i++) {
            held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            ports.append(held.get(i).getLocalPort()).append(' ');
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
        System.out.println(ports.toString().strip());
    }
}
