package io.drover.itests.process;

import com.google.gson.JsonObject;
import io.drover.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A socket as systemd gives it to a service, with all that was sent to it. Gone when closed. */
final class NotifySocket implements AutoCloseable {

    private final Process process;
    private final Path heard;

    /**
     * One message.
     *
     * @param micros when it came, by CLOCK_MONOTONIC
     * @param pid of its sender, as the kernel knows it
     * @param text as it came
     */
    record Message(long micros, long pid, String text) {

        /** The value of one assignment. */
        String value(String name) {
            for (String line : text.split("\n")) {
                if (line.startsWith(name + "=")) {
                    return line.substring(name.length() + 1);
                }
            }
            return "";
        }
    }

    private NotifySocket(Process process, Path heard) {
        this.process = process;
        this.heard = heard;
    }

    static NotifySocket open(String address) throws IOException {
        Needs.program("python3", "python3-minimal");
        Path script = Files.createTempFile("drover-notify", ".py");
        Path heard = Files.createTempFile("drover-notify", ".jsonl");
        try (var resource = NotifySocket.class.getResourceAsStream("/notify-socket.py")) {
            Files.write(script, resource.readAllBytes());
        }
        Process process =
                new ProcessBuilder("python3", script.toString(), address)
                        .redirectErrorStream(true)
                        .redirectOutput(heard.toFile())
                        .start();
        NotifySocket socket = new NotifySocket(process, heard);
        Await.until(
                "the socket listens",
                Duration.ofSeconds(20),
                () -> socket.read().contains("listening"),
                socket::read);
        Files.delete(script);
        return socket;
    }

    /** All messages so far that have this text in them. */
    List<Message> with(String text) {
        return messages().stream().filter(message -> message.text().contains(text)).toList();
    }

    List<Message> messages() {
        List<Message> messages = new ArrayList<>();
        for (String line : read().split("\n")) {
            if (line.contains("\"micros\"") && line.endsWith("}")) {
                JsonObject json = RunningDrover.json(line);
                messages.add(
                        new Message(
                                json.get("micros").getAsLong(),
                                json.get("pid").getAsLong(),
                                json.get("text").getAsString()));
            }
        }
        return messages;
    }

    void await(String text, int times) {
        Await.until(
                text + " has come " + times + " times",
                Duration.ofSeconds(90),
                () -> with(text).size() >= times,
                this::read);
    }

    private String read() {
        try {
            return Files.readString(heard);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.delete(heard);
    }
}
