package io.drover.config.internal;

import io.drover.api.config.Finding;
import io.drover.config.internal.judge.Judge;
import io.drover.config.internal.judge.Judgement;
import io.drover.config.internal.read.SourceFolder;
import io.drover.config.internal.read.SourceReader;
import io.drover.config.internal.schema.MetatypeXml;
import io.drover.config.internal.schema.Schema;
import io.drover.config.internal.schema.Section;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import javax.xml.stream.XMLStreamException;

/**
 * Checks files as the agent would, without one: for {@code drover config validate}, which the
 * launcher runs outside of the framework. Needs nothing but the JDK and this bundle's own jar and
 * that of {@code api}.
 */
public final class OfflineValidation {

    private static final String METATYPE = "OSGI-INF/metatype/";

    private OfflineValidation() {}

    /**
     * Prints what is wrong, a line for each finding.
     *
     * @param bundles the jars whose keys are known
     * @param etc the folder to check together with the environment, when no files are given
     * @param files to check alone
     * @return whether nothing is wrong
     */
    public static boolean validate(
            Collection<Path> bundles, Path etc, List<Path> files, PrintStream out)
            throws IOException {
        Schema schema = schema(bundles);
        SourceReader reader =
                files.isEmpty()
                        ? new SourceReader(new SourceFolder(etc), System.getenv())
                        : new SourceReader(SourceFolder.of(files), Map.of());
        Settings settings =
                Settings.from(Judge.judge(schema, reader.environmentAlone()).settings(schema));
        var sources = reader.read(settings.limits());
        Judgement judgement = Judge.judge(schema, sources);
        for (Finding finding : judgement.findings()) {
            out.println(finding.sentence());
        }
        if (judgement.findings().isEmpty()) {
            int keys = judgement.values().values().stream().mapToInt(Map::size).sum();
            out.println(
                    (sources.files().isEmpty() ? "no file" : String.join(", ", sources.files()))
                            + ": valid, "
                            + keys
                            + (keys == 1 ? " key" : " keys"));
        }
        return judgement.findings().isEmpty();
    }

    /** What can be configured with these bundles. */
    public static Schema schema(Collection<Path> bundles) throws IOException {
        List<Section> sections = new ArrayList<>();
        for (Path bundle : bundles) {
            try (JarFile jar = new JarFile(bundle.toFile())) {
                Enumeration<? extends ZipEntry> entries = jar.entries();
                for (ZipEntry entry : Collections.list(entries)) {
                    String name = entry.getName();
                    if (name.startsWith(METATYPE) && name.endsWith(".xml")) {
                        try (InputStream in = jar.getInputStream(entry)) {
                            sections.addAll(MetatypeXml.read(in));
                        }
                    }
                }
            } catch (XMLStreamException e) {
                throw new IOException(bundle + " has metatype that is no XML", e);
            }
        }
        return Schema.of(sections).withLogLevels();
    }
}
