package io.drover.config.internal.judge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.config.Finding;
import io.drover.api.config.Setting;
import io.drover.config.internal.read.ReadLimits;
import io.drover.config.internal.read.SourceFolder;
import io.drover.config.internal.read.SourceReader;
import io.drover.config.internal.schema.MetatypeXml;
import io.drover.config.internal.schema.Schema;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgeTest {

    private static final String METATYPE =
            """
            <MetaData>
              <OCD id='c'>
                <AD id='poll.interval.ms' type='Integer' min='100' max='60000' default='5000'/>
                <AD id='rows.max' type='Long' min='1' default='10'/>
                <AD id='count' type='Integer' default='0'/>
                <AD id='ratio' type='Double' max='1' default='0.5'/>
                <AD id='enabled' type='Boolean' default='true'/>
                <AD id='zone' type='String' max='5' default=''/>
                <AD id='level' type='String' default='info'>
                  <Option value='debug'/><Option value='info'/>
                </AD>
                <AD id='port' type='String' default='15006'>
                  <Option value='shared'/><Option value='0..65535'/>
                </AD>
                <AD id='bind' type='String' cardinality='2147483647' default='127.0.0.1,::1'/>
                <AD id='ports' type='Integer' cardinality='2' max='65535' default=''/>
                <AD id='.password' type='Password' min='8' default=''/>
              </OCD>
              <Designate pid='io.drover.conntrack'><Object ocdref='c'/></Designate>
            </MetaData>
            """;

    @TempDir Path etc;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "poll_interval_ms: 100            | 100",
                "poll_interval_ms: 0x64           | 100",
                "poll_interval_ms: 0o144          | 100",
                "poll_interval_ms: +60000         | 60000",
                "rows_max: 9223372036854775807    | 9223372036854775807",
                "ratio: 1                         | 1.0",
                "port: shared                     | shared",
                "port: 15006                      | 15006",
                "ratio: -2.5e3                    | -2500.0",
                "enabled: False                   | false",
                "zone: '1.10'                     | 1.10",
                "zone: 1.10                       | 1.10",
                "zone: true                       | true",
                "zone: ''                         | ''",
                "bind: []                         | []",
                "bind: ['::', 1]                  | [::, 1]",
                "ports: [1, 2]                    | [1, 2]",
            })
    void aValueGetsTheTypeOfItsKey(String line, String value) throws Exception {
        Judgement judgement = judge(line, Map.of());

        assertThat(judgement.findings()).isEmpty();
        String key = line.substring(0, line.indexOf(':'));
        assertThat(judgement.of("conntrack").get(key).value()).hasToString(value);
    }

    @Test
    void theTypesAreThoseThatConfigurationAdminTakes() throws Exception {
        Map<String, Judgement.Effective> values =
                judge("{count: 1, rows_max: 1, ratio: 1, enabled: true, ports: [1]}", Map.of())
                        .of("conntrack");

        assertThat(values.get("count").value()).isEqualTo(1);
        assertThat(values.get("rows_max").value()).isEqualTo(1L);
        assertThat(values.get("ratio").value()).isEqualTo(1.0);
        assertThat(values.get("enabled").value()).isEqualTo(true);
        assertThat(values.get("ports").value()).isEqualTo(List.of(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "poll_interval_ms: 99 | must be from 100 to 60000, is 99",
                "poll_interval_ms: 60001 | must be from 100 to 60000, is 60001",
                "poll_interval_ms: 5s | must be a whole number from 100 to 60000, is 5s",
                "poll_interval_ms: '500' | must be a whole number from 100 to 60000, is the text \"500\"",
                "poll_interval_ms: 1.5 | must be a whole number from 100 to 60000, is 1.5",
                "poll_interval_ms: [1] | must be a whole number, not a list, is a list",
                "poll_interval_ms: 99999999999999999999 | must be a whole number from 100 to 60000, is 99999999999999999999",
                "rows_max: 0 | must be 1 or more, is 0",
                "rows_max: 9223372036854775808 | must be a whole number 1 or more, is 9223372036854775808",
                "count: 2147483648 | must be a whole number of 32 bits, is 2147483648",
                "ratio: 1.01 | must be 1 or less, is 1.01",
                "ratio: .inf | must be a finite number, is .inf",
                "ratio: .nan | must be a finite number, is .nan",
                "ratio: 1e999 | must be a finite number, is 1e999",
                "ratio: half | must be a number 1 or less, is half",
                "enabled: yes | must be true or false, is yes",
                "enabled: 'true' | must be true or false, is the text \"true\"",
                "zone: sixsix | must have a length of 5 or less characters, is sixsix",
                "level: inof | must be one of debug, info; did you mean info?, is inof",
                "level: trace | must be one of debug, info, is trace",
                "port: sharde | must be one of shared, 0 to 65535; did you mean shared?, is sharde",
                "port: 65536 | must be one of shared, 0 to 65535, is 65536",
                "bind: '::1' | must be a list, as in [a, b], is ::1",
                "ports: [1, 2, 3] | must have at most 2 items, is 3",
                "ports: [1, 65536] | must be 65535 or less, is 65536",
            })
    void aWrongValueIsNamedWithItsRule(String line, String rest) throws Exception {
        String key = line.substring(0, line.indexOf(':'));

        assertThat(judge(line, Map.of()).findings())
                .extracting(Finding::sentence)
                .containsExactly(
                        "etc/drover.yaml:2:"
                                + (5 + key.length())
                                + ": conntrack."
                                + key
                                + " "
                                + rest);
    }

    @Test
    void everyMistakeOfAllSourcesIsTold() throws Exception {
        write(
                "drover.yaml",
                """
                contrack:
                  enabled: true
                conntrack:
                  pol_interval_ms: 100
                  enabled: 1
                  zone: a
                  zone: b
                elephant:
                """);
        write("conf.d/a.yaml", "conntrack:\n  rows_max: x\n");

        List<Finding> findings =
                Judge.judge(schema(), read(Map.of("DROVER_CONNTRACK_LEVEL", "x"))).findings();

        assertThat(findings)
                .extracting(Finding::source)
                .containsExactly(
                        "etc/drover.yaml:7:3",
                        "etc/drover.yaml:1:1",
                        "etc/drover.yaml:8:1",
                        "etc/drover.yaml:4:3",
                        "etc/drover.yaml:5:12",
                        "etc/conf.d/a.yaml:2:13",
                        "environment DROVER_CONNTRACK_LEVEL");
        assertThat(findings.get(1).rule()).isEqualTo("is not a section; did you mean conntrack?");
        assertThat(findings.get(2).rule()).startsWith("is not a section; there are autoscaling, ");
        assertThat(findings.get(3).rule())
                .isEqualTo("is not a key; did you mean poll_interval_ms?");
    }

    @Test
    void aWrongValueThatALaterSourceOverridesIsStillToldAndTheLaterOneHolds() throws Exception {
        Judgement judgement =
                judge("poll_interval_ms: 1", Map.of("DROVER_CONNTRACK_POLL_INTERVAL_MS", " 200 "));

        assertThat(judgement.findings()).hasSize(1);
        Judgement.Effective effective = judgement.of("conntrack").get("poll_interval_ms");
        assertThat(effective.value()).isEqualTo(200);
        assertThat(effective.origin()).hasToString("environment DROVER_CONNTRACK_POLL_INTERVAL_MS");
    }

    @Test
    void neitherAWrongPasswordNorTheValueOfAnUnknownKeyIsShown() throws Exception {
        List<Finding> findings =
                judge("{password: s3cret, pasword: s3cret-of-length}", Map.of()).findings();

        assertThat(findings)
                .extracting(Finding::sentence)
                .containsExactly(
                        "etc/drover.yaml:2:14: conntrack.password must have a length of 8 or more"
                                + " characters, is [redacted]",
                        "etc/drover.yaml:2:22: conntrack.pasword is not a key; did you mean"
                                + " password?");
    }

    @Test
    void aSectionOfABundleThatIsNotInstalledIsNoMistake() throws Exception {
        write("drover.yaml", "profiling:\n  enabled: true\nlink:\n");

        Judgement judgement =
                Judge.judge(schema(), read(Map.of("DROVER_PROFILING_ENABLED", "false")));

        assertThat(judgement.findings()).isEmpty();
        assertThat(judgement.values()).isEmpty();
    }

    @Test
    void variablesBecomeScalarsAndLists() throws Exception {
        Judgement judgement =
                judge(
                        "{}",
                        Map.of(
                                "DROVER_CONNTRACK_BIND", "0.0.0.0, ::",
                                "DROVER_CONNTRACK_PORTS", "1,2",
                                "DROVER_CONNTRACK_ENABLED", "false",
                                "DROVER_CONNTRACK_ZONE", "a,b"));

        assertThat(judgement.findings()).isEmpty();
        Map<String, Judgement.Effective> values = judgement.of("conntrack");
        assertThat(values.get("bind").value()).isEqualTo(List.of("0.0.0.0", "::"));
        assertThat(values.get("ports").value()).isEqualTo(List.of(1, 2));
        assertThat(values.get("enabled").value()).isEqualTo(false);
        assertThat(values.get("zone").value()).isEqualTo("a,b");
    }

    @Test
    void aVariableNearToASectionIsASlipAndOneFarFromAllIsSomebodyElses() throws Exception {
        Judgement judgement =
                judge(
                        "{}",
                        Map.of(
                                "DROVER_CONTRACK_ENABLED", "false",
                                "DROVER_RELEASE_CHANNEL", "stable"));

        assertThat(judgement.findings())
                .extracting(Finding::sentence)
                .containsExactly(
                        "environment DROVER_CONTRACK_ENABLED: contrack is not a section; did you"
                                + " mean conntrack?");
        assertThat(judgement.ignored()).containsExactly("DROVER_RELEASE_CHANNEL");
    }

    @Test
    void settingsListEveryKeyWithItsOrigin() throws Exception {
        List<Setting> settings =
                judge("poll_interval_ms: 200", Map.of("DROVER_CONNTRACK_COUNT", "3"))
                        .settings(schema());

        assertThat(settings)
                .extracting(s -> s.key() + "=" + s.value() + " " + s.origin())
                .containsExactly(
                        "poll_interval_ms=200 etc/drover.yaml:2:21",
                        "rows_max=10 default",
                        "count=3 environment DROVER_CONNTRACK_COUNT",
                        "ratio=0.5 default",
                        "enabled=true default",
                        "zone= default",
                        "level=info default",
                        "port=15006 default",
                        "bind=[127.0.0.1, ::1] default",
                        "ports=[] default",
                        "password= default");
    }

    /** One section {@code conntrack} with this flow map or line. */
    private Judgement judge(String content, Map<String, String> environment) throws Exception {
        write("drover.yaml", "conntrack:\n  " + content + "\n");
        return Judge.judge(schema(), read(environment));
    }

    private io.drover.config.internal.read.Sources read(Map<String, String> environment) {
        return new SourceReader(new SourceFolder(etc), environment)
                .read(new ReadLimits(1 << 20, 64, 10_000));
    }

    private static Schema schema() throws XMLStreamException {
        return Schema.of(MetatypeXml.read(new ByteArrayInputStream(METATYPE.getBytes(UTF_8))));
    }

    private void write(String name, String content) throws IOException {
        Files.createDirectories(etc.resolve(name).getParent());
        Files.writeString(etc.resolve(name), content);
    }
}
