package io.drover.config.internal.read;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Reads all sources, one file at a time, within limits. Used by one thread. */
public final class SourceReader {

    private final SourceFolder folder;
    private final Map<String, String> environment;

    public SourceReader(SourceFolder folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = Map.copyOf(environment);
    }

    /** What the environment alone says. */
    public Sources environmentAlone() {
        return new Sources(List.of(), Environment.read(environment), List.of(), List.of(), "");
    }

    /**
     * What the files and the environment say now; whatever is wrong with them becomes a finding.
     */
    public Sources read(ReadLimits limits) {
        Findings findings = new Findings();
        List<Sources.Heading> headings = new ArrayList<>();
        List<Given> given = new ArrayList<>();
        List<String> names = new ArrayList<>();
        MessageDigest digest = sha256();
        for (Path file : files(limits, findings)) {
            String name = folder.named(file);
            names.add(name);
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            try {
                byte[] bytes = bytes(file, name, limits, findings);
                digest.update(bytes);
                String text = Text.of(name, bytes);
                new YamlFile(name, text, headings, given, findings, limits.values()).read();
            } catch (Text.Refused e) {
                findings.add(e.finding());
            } catch (IOException e) {
                digest.update(e.toString().getBytes(StandardCharsets.UTF_8));
                findings.add(name, "", "must be readable: " + cause(e), "");
            }
        }
        given.addAll(Environment.read(environment));
        String hex = HexFormat.of().formatHex(digest.digest());
        return new Sources(headings, given, findings.all(), names, hex);
    }

    private List<Path> files(ReadLimits limits, Findings findings) {
        try {
            List<Path> files = folder.files();
            if (files.size() <= limits.files()) {
                return files;
            }
            String rule = "must not hold more than " + limits.files() + " files";
            findings.add("etc/conf.d", "", rule, String.valueOf(files.size()));
            return files.subList(0, limits.files());
        } catch (IOException e) {
            findings.add("etc", "", "must be a readable folder: " + cause(e), "");
            return List.of();
        }
    }

    private static byte[] bytes(Path file, String name, ReadLimits limits, Findings findings)
            throws IOException {
        if (!Files.isRegularFile(file)) {
            findings.add(name, "", "must be a regular file", "");
            return new byte[0];
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(limits.fileBytes() + 1);
            if (bytes.length <= limits.fileBytes()) {
                return bytes;
            }
            String rule =
                    "must not be larger than "
                            + limits.fileBytes()
                            + " bytes (config.file_bytes_max)";
            findings.add(Position.start(name).toString(), "", rule, Files.size(file) + " bytes");
            return new byte[0];
        }
    }

    private static String cause(IOException e) {
        return e instanceof AccessDeniedException
                ? "permission denied"
                : e.getClass().getSimpleName();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
