package io.drover.config.internal.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.drover.api.config.Finding;
import io.drover.config.internal.judge.Judge;
import io.drover.config.internal.judge.Judgement;
import io.drover.config.internal.schema.MetatypeXml;
import io.drover.config.internal.schema.Schema;
import java.io.ByteArrayInputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamException;

class EnvironmentFuzzTest {

    private static final String PREFIX = "DROVER_";
    private static final List<String> NAMES =
            List.of(
                    "LINK_PORT",
                    "LINK_BIND",
                    "LINK_PORTS",
                    "LINK_RATIO",
                    "LINK_ENABLED",
                    "LINK_LEVEL",
                    "LINK_PASSWORD",
                    "LINK_SERVICE_HOST");
    private static final Schema SCHEMA = schema();

    @FuzzTest(maxDuration = "10m")
    void anyEnvironmentIsReadOrRefusedByItsVariables(FuzzedDataProvider data) {
        Map<String, String> variables = new HashMap<>();
        while (data.remainingBytes() > 0 && variables.size() < 50) {
            String name =
                    PREFIX
                            + (data.consumeBoolean()
                                    ? data.pickValue(NAMES)
                                    : data.consumeString(40));
            variables.put(name, data.consumeString(200));
        }

        List<Given> given = Environment.read(variables);
        Sources sources = new Sources(List.of(), given, List.of(), List.of(), "");
        Judgement judgement = Judge.judge(SCHEMA, sources);

        assertThat(given.size()).isLessThanOrEqualTo(variables.size());
        for (Finding finding : judgement.findings()) {
            assertThat(finding.rule()).isNotBlank();
            assertThat(finding.source()).startsWith("environment " + PREFIX);
            assertThat(Findings.printable(finding.key() + finding.value()))
                    .isEqualTo(finding.key() + finding.value());
            if (finding.key().equals("link.password")) {
                assertThat(finding.value()).isEqualTo("[redacted]");
            }
        }
        boolean right = judgement.findings().isEmpty();
        if (right && judgement.of("link").containsKey("port")) {
            assertThat((int) judgement.of("link").get("port").value()).isBetween(1, 65535);
        }
        assertThat(judgement.settings(SCHEMA)).hasSize(7);
    }

    private static Schema schema() {
        String xml =
                """
                <MetaData>
                  <OCD id='c'>
                    <AD id='port' type='Integer' min='1' max='65535' default='5000'/>
                    <AD id='bind' type='String' cardinality='2147483647' default='127.0.0.1,::1'/>
                    <AD id='ports' type='Integer' cardinality='2' max='65535' default=''/>
                    <AD id='ratio' type='Double' max='1' default='0.5'/>
                    <AD id='enabled' type='Boolean' default='true'/>
                    <AD id='level' type='String' default='info'>
                      <Option value='debug'/><Option value='info'/>
                    </AD>
                    <AD id='password' type='Password' min='8' default=''/>
                  </OCD>
                  <Designate pid='io.drover.link'><Object ocdref='c'/></Designate>
                </MetaData>
                """;
        try {
            return Schema.of(MetatypeXml.read(new ByteArrayInputStream(xml.getBytes(UTF_8))));
        } catch (XMLStreamException e) {
            throw new AssertionError(e);
        }
    }
}
