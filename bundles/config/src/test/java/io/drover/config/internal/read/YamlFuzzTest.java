package io.drover.config.internal.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.drover.api.config.Finding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.schema.CoreSchema;

class YamlFuzzTest {

    private static final String FILE = "etc/drover.yaml";
    private static final int VALUES_MAX = 200;

    @FuzzTest(maxDuration = "10m")
    void anyFileIsReadOrRefusedWithPlaceAndRule(byte[] content) {
        Findings findings = new Findings();
        List<Sources.Heading> headings = new ArrayList<>();
        List<Given> given = new ArrayList<>();
        String text;
        try {
            text = Text.of(FILE, content);
        } catch (Text.Refused e) {
            assertShowable(e.finding(), content.length);
            return;
        }

        new YamlFile(FILE, text, headings, given, findings, VALUES_MAX).read();

        assertThat(given.size() + headings.size()).isLessThanOrEqualTo(VALUES_MAX);
        findings.all().forEach(finding -> assertShowable(finding, content.length));
        // The engine knows merge keys, which YAML 1.2 has not.
        if (findings.all().isEmpty() && !text.contains("<<")) {
            assertThat(namesOf(given)).isEqualTo(namesByTheEngine(text));
        }
    }

    private static void assertShowable(Finding finding, int length) {
        assertThat(finding.rule()).isNotBlank();
        assertThat(finding.sentence().lines()).hasSize(1);
        if (finding.rule().endsWith(" more findings")) {
            return;
        }
        String[] place = finding.source().split(":");
        assertThat(place).hasSize(3);
        assertThat(place[0]).isEqualTo(FILE);
        assertThat(Integer.parseInt(place[1])).isBetween(1, length + 1);
        assertThat(Integer.parseInt(place[2])).isBetween(1, length + 1);
    }

    private static Set<String> namesOf(List<Given> given) {
        Set<String> names = new HashSet<>();
        given.forEach(one -> names.add(one.section() + "\0" + one.key()));
        return names;
    }

    /** The engine's own tree of what was found right. */
    private static Set<String> namesByTheEngine(String text) {
        LoadSettings settings = LoadSettings.builder().setSchema(new CoreSchema()).build();
        Set<String> names = new HashSet<>();
        Optional<Node> root = new Compose(settings).composeString(text);
        if (root.isPresent() && root.get() instanceof MappingNode sections) {
            for (NodeTuple section : sections.getValue()) {
                if (section.getValueNode() instanceof MappingNode keys) {
                    keys.getValue().forEach(key -> names.add(name(section) + "\0" + name(key)));
                }
            }
        }
        return names;
    }

    private static String name(NodeTuple tuple) {
        return ((ScalarNode) tuple.getKeyNode()).getValue();
    }
}
