package io.drover.testing;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One connection of a client through a {@link FaultProxy}; one request after the other. */
final class FaultConnection {

    /** An old event is repeated after so many new ones. */
    private static final int REPEAT_EACH = 5;

    private final FaultProxy proxy;
    private final Socket client;
    private volatile Socket server;
    private volatile boolean deaf;

    FaultConnection(FaultProxy proxy, Socket client) {
        this.proxy = proxy;
        this.client = client;
    }

    /** Brings nothing any more until it is closed. */
    void deafen() {
        deaf = true;
    }

    void close() {
        close(client);
        close(server);
    }

    void serve() throws IOException {
        InputStream fromClient = new BufferedInputStream(client.getInputStream());
        OutputStream toClient = new BufferedOutputStream(client.getOutputStream());
        while (true) {
            String head = head(fromClient);
            byte[] body = fromClient.readNBytes(length(head, 0));
            String line = head.substring(0, head.indexOf('\r'));
            String request = line.substring(0, line.lastIndexOf(' '));
            FaultProxy.Mode mode = proxy.arrives(request);
            if (mode == FaultProxy.Mode.DROP) {
                return;
            }
            if (mode == FaultProxy.Mode.STATUS) {
                refuse(toClient);
                continue;
            }
            if (server == null) {
                server = proxy.connect();
            }
            OutputStream toServer = server.getOutputStream();
            toServer.write(head.getBytes(StandardCharsets.ISO_8859_1));
            toServer.write(body);
            toServer.flush();
            boolean watch = request.contains("watch=true");
            if (!relay(new BufferedInputStream(server.getInputStream()), toClient, mode, watch)) {
                return;
            }
        }
    }

    /** False when the connection is over. */
    private boolean relay(InputStream from, OutputStream to, FaultProxy.Mode mode, boolean watch)
            throws IOException {
        String head = head(from);
        to.write(head.getBytes(StandardCharsets.ISO_8859_1));
        to.flush();
        if (head.toLowerCase(Locale.ROOT).contains("\r\ntransfer-encoding: chunked")) {
            return watch ? watch(from, to) : chunks(from, to, mode);
        }
        byte[] body = from.readNBytes(length(head, 0));
        boolean half = mode == FaultProxy.Mode.HALF_BODY;
        to.write(body, 0, half ? body.length / 2 : body.length);
        to.flush();
        return !half;
    }

    private static boolean chunks(InputStream from, OutputStream to, FaultProxy.Mode mode)
            throws IOException {
        while (true) {
            byte[] chunk = chunk(from);
            if (mode == FaultProxy.Mode.HALF_BODY && chunk.length > 0) {
                to.write(
                        (Integer.toHexString(chunk.length) + "\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                to.write(chunk, 0, chunk.length / 2);
                to.flush();
                return false;
            }
            send(to, chunk);
            if (chunk.length == 0) {
                return true;
            }
        }
    }

    /** Event by event: the pieces of the server are not those of the events. */
    private boolean watch(InputStream from, OutputStream to) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] old = null;
        int events = 0;
        while (true) {
            byte[] chunk = chunk(from);
            if (chunk.length == 0) {
                send(to, chunk);
                return true;
            }
            for (byte next : chunk) {
                line.write(next);
                if (next != '\n') {
                    continue;
                }
                byte[] event = line.toByteArray();
                line.reset();
                events++;
                if (!deaf) {
                    send(to, event);
                    if (proxy.staleEvents() && events % REPEAT_EACH == 0 && old != null) {
                        send(to, old);
                    }
                }
                boolean modified =
                        new String(event, StandardCharsets.UTF_8)
                                .startsWith("{\"type\":\"MODIFIED");
                if (old == null && modified) {
                    old = event;
                }
                if (proxy.closeWatchAfter() > 0 && events >= proxy.closeWatchAfter()) {
                    return false;
                }
            }
        }
    }

    private void refuse(OutputStream to) throws IOException {
        int code = proxy.status();
        String body =
                "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"the"
                        + " fault proxy says so\",\"code\":"
                        + code
                        + "}";
        String retry = proxy.retryAfter() > 0 ? "Retry-After: " + proxy.retryAfter() + "\r\n" : "";
        String answer =
                "HTTP/1.1 "
                        + code
                        + " Fault\r\nContent-Type: application/json\r\n"
                        + retry
                        + "Content-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body;
        to.write(answer.getBytes(StandardCharsets.US_ASCII));
        to.flush();
    }

    private static void send(OutputStream to, byte[] chunk) throws IOException {
        to.write((Integer.toHexString(chunk.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        to.write(chunk);
        to.write('\r');
        to.write('\n');
        to.flush();
    }

    private static byte[] chunk(InputStream from) throws IOException {
        int size = Integer.parseInt(line(from).strip(), 16);
        byte[] chunk = from.readNBytes(size);
        if (chunk.length < size) {
            throw new EOFException("in a chunk");
        }
        line(from);
        return chunk;
    }

    private static String line(InputStream from) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = from.read(); next != '\n'; next = from.read()) {
            if (next < 0) {
                throw new EOFException("in a line");
            }
            line.append((char) next);
        }
        return line.toString();
    }

    /** Up to and with the empty line. */
    private static String head(InputStream from) throws IOException {
        StringBuilder head = new StringBuilder();
        while (true) {
            String line = line(from);
            head.append(line).append('\n');
            if (line.equals("\r")) {
                return head.toString();
            }
        }
    }

    private static int length(String head, int absent) {
        for (String line : head.split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                return Integer.parseInt(line.substring(15).strip());
            }
        }
        return absent;
    }

    private static void close(Socket socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            // it is gone, as wanted
        }
    }
}
