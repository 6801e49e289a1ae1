package io.drover.itests.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** HTTP/2 frame by frame (RFC 9113 4.1), for what no client library would send. */
final class RawHttp2 implements AutoCloseable {

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int PRIORITY = 2;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int CONTINUATION = 9;

    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    private static final int WRITE_PATIENCE_MILLIS = 10_000;

    /** What is sent again and again. */
    enum Flood {
        RAPID_RESET,
        CONTINUATION,
        EMPTY_CONTINUATION,
        SETTINGS,
        PING,
        PRIORITY,
        EMPTY_DATA
    }

    private final SSLSocket socket;
    private final OutputStream out;
    private final Thread reader;
    private volatile boolean gone;
    private int stream = 1;

    private RawHttp2(SSLSocket socket) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.reader = new Thread(this::read, "raw-http2");
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(SETTINGS, 0, 0, new byte[0]);
        out.flush();
        reader.start();
    }

    static RawHttp2 connect(RunningDrover drover) throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        drover.client()
                                .sslContext()
                                .getSocketFactory()
                                .createSocket("127.0.0.1", drover.port("api"));
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(WRITE_PATIENCE_MILLIS);
        socket.startHandshake();
        if (!socket.getApplicationProtocol().equals("h2")) {
            throw new AssertionError("the server chose " + socket.getApplicationProtocol());
        }
        return new RawHttp2(socket);
    }

    /** Reads all along, or the server would wait for us; notes a GOAWAY and the end. */
    private void read() {
        try {
            InputStream in = socket.getInputStream();
            for (byte[] head = in.readNBytes(9); head.length == 9; head = in.readNBytes(9)) {
                int length = ((head[0] & 0xff) << 16) | ((head[1] & 0xff) << 8) | (head[2] & 0xff);
                in.readNBytes(length);
                if (head[3] == GOAWAY) {
                    break;
                }
            }
        } catch (IOException e) {
            // Reset by the server: that is an end as well.
        }
        gone = true;
    }

    /**
     * Sends frames until the server ends the connection.
     *
     * @return how many were sent, {@code max} if it never did
     */
    int flood(Flood flood, int max) throws InterruptedException {
        try {
            begin(flood);
            for (int sent = 0; sent < max; sent++) {
                if (gone) {
                    return sent;
                }
                one(flood);
                out.flush();
            }
        } catch (IOException e) {
            return 0;
        }
        reader.join(WRITE_PATIENCE_MILLIS);
        return gone ? max - 1 : max;
    }

    private void begin(Flood flood) throws IOException {
        switch (flood) {
            case CONTINUATION, EMPTY_CONTINUATION -> frame(HEADERS, END_STREAM, stream, request());
            case EMPTY_DATA -> frame(HEADERS, END_HEADERS, stream, request());
            default -> {
                // Its frames stand for themselves.
            }
        }
    }

    private void one(Flood flood) throws IOException {
        switch (flood) {
            case RAPID_RESET -> {
                frame(HEADERS, END_STREAM | END_HEADERS, stream, request());
                frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
                stream += 2;
            }
            case CONTINUATION -> frame(CONTINUATION, 0, stream, field("x", "y".repeat(100)));
            case EMPTY_CONTINUATION -> frame(CONTINUATION, 0, stream, new byte[0]);
            case SETTINGS -> frame(SETTINGS, 0, 0, new byte[] {0, 3, 0, 0, 0, 100});
            case PING -> frame(PING, 0, 0, new byte[8]);
            case PRIORITY -> frame(PRIORITY, 0, 1, new byte[] {0, 0, 0, 0, 16});
            case EMPTY_DATA -> frame(DATA, 0, stream, new byte[0]);
        }
    }

    /** GET /, from the static table (RFC 7541, appendix A), with an authority. */
    private static byte[] request() {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x82);
        block.write(0x87);
        block.write(0x84);
        block.write(0x41);
        block.write(9);
        block.writeBytes("localhost".getBytes(StandardCharsets.US_ASCII));
        return block.toByteArray();
    }

    /** A literal field without indexing, both parts below 127 bytes. */
    private static byte[] field(String name, String value) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0);
        block.write(name.length());
        block.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        block.write(value.length());
        block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
        return block.toByteArray();
    }

    private void frame(int type, int flags, int id, byte[] payload) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(9 + payload.length);
        head.put(Arrays.copyOfRange(ByteBuffer.allocate(4).putInt(payload.length).array(), 1, 4));
        head.put((byte) type).put((byte) flags).putInt(id).put(payload);
        out.write(head.array());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
