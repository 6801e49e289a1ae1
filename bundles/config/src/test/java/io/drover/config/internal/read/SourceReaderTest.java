package io.drover.config.internal.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.config.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceReaderTest {

    private static final ReadLimits LIMITS = new ReadLimits(1 << 20, 64, 10_000);

    @TempDir Path etc;

    @Test
    void noFilesAndNoVariablesSayNothing() {
        assertThat(read(Map.of())).isEqualTo(List.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n\n",
                "# only\n# comments\n",
                "---\n",
                "---\n...\n",
                "~",
                "a:\n",
                "{}"
            })
    void anEmptyFileSaysNothingAndIsNoMistake(String content) throws IOException {
        write("drover.yaml", content);

        assertThat(read(Map.of())).isEmpty();
    }

    @Test
    void everyValueHasItsPlace() throws IOException {
        write(
                "drover.yaml",
                "# c\nconntrack:\n  poll: 5\n  'quoted': \"a\\tb\"\n  list: [x,\n    1]\n");

        List<Given> given = read(Map.of());

        assertThat(given)
                .extracting(Given::section, Given::key, g -> g.value().origin().where())
                .containsExactly(
                        tuple("conntrack", "poll", "etc/drover.yaml:3:9"),
                        tuple("conntrack", "quoted", "etc/drover.yaml:4:13"),
                        tuple("conntrack", "list", "etc/drover.yaml:5:9"));
        assertThat(((Value.Listing) given.get(2).value()).items())
                .extracting(Value.Scalar::text, Value.Scalar::kind, i -> i.origin().where())
                .containsExactly(
                        tuple("x", Value.Kind.TEXT, "etc/drover.yaml:5:10"),
                        tuple("1", Value.Kind.WHOLE, "etc/drover.yaml:6:5"));
    }

    @Test
    void theCoreSchemaTellsWhatAScalarIs() throws IOException {
        write(
                "drover.yaml",
                """
                a:
                  a: 1
                  b: 0x1F
                  c: 1.5
                  d: true
                  e: yes
                  f: '1'
                  g: !!str 1
                  h: 1.10
                  i: 1_000
                  j: 012
                  k: |
                    text
                  l: off
                  m: .inf
                """);

        assertThat(read(Map.of()))
                .extracting(g -> ((Value.Scalar) g.value()).kind())
                .containsExactly(
                        Value.Kind.WHOLE,
                        Value.Kind.WHOLE,
                        Value.Kind.FRACTION,
                        Value.Kind.TRUTH,
                        Value.Kind.TEXT,
                        Value.Kind.TEXT,
                        Value.Kind.TEXT,
                        Value.Kind.FRACTION,
                        Value.Kind.TEXT,
                        Value.Kind.WHOLE,
                        Value.Kind.TEXT,
                        Value.Kind.TEXT,
                        Value.Kind.FRACTION);
    }

    @Test
    void anAliasStandsForItsValueAtItsOwnPlace() throws IOException {
        write("drover.yaml", "a:\n  b: &x 7\n  c: &y [1, *x]\n  d: *x\n  e: *y\n");

        List<Given> given = read(Map.of());

        assertThat(given).extracting(Given::key).containsExactly("b", "c", "d", "e");
        assertThat(given.get(2).value())
                .isEqualTo(new Value.Scalar("7", Value.Kind.WHOLE, origin("etc/drover.yaml:4:6")));
        assertThat(((Value.Listing) given.get(3).value()).items())
                .extracting(Value.Scalar::text)
                .containsExactly("1", "7");
    }

    @Test
    void filesComeByNameAndTheEnvironmentLast() throws IOException {
        write("drover.yaml", "a: {b: 1}");
        write("conf.d/20-late.yaml", "a: {b: 3}");
        write("conf.d/10-early.yaml", "a: {b: 2}");
        write("conf.d/.10-early.yaml.swp", "a: {b: wrong");
        write("conf.d/README.md", "no YAML");
        write("conf.d/..2026/x.yaml", "a: {b: 9}");

        assertThat(read(Map.of("DROVER_A_B", "4")))
                .extracting(g -> g.value().origin().toString())
                .containsExactly(
                        "etc/drover.yaml:1:8",
                        "etc/conf.d/10-early.yaml:1:8",
                        "etc/conf.d/20-late.yaml:1:8",
                        "environment DROVER_A_B");
    }

    @Test
    void theDigestFollowsContentAndNotTime() throws IOException {
        write("drover.yaml", "a: {b: 1}");
        String first = reader(Map.of()).read(LIMITS).digest();

        write("drover.yaml", "a: {b: 1}");
        String same = reader(Map.of()).read(LIMITS).digest();
        write("drover.yaml", "a: {b: 2}");
        String other = reader(Map.of()).read(LIMITS).digest();

        assertThat(same).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    private static org.assertj.core.groups.Tuple tuple(Object... values) {
        return org.assertj.core.groups.Tuple.tuple(values);
    }

    private static Origin origin(String place) {
        return new Origin(Origin.Kind.FILE, place);
    }

    private List<Given> read(Map<String, String> environment) {
        Sources sources = reader(environment).read(LIMITS);
        assertThat(sources.findings()).isEmpty();
        return sources.given();
    }

    private SourceReader reader(Map<String, String> environment) {
        return new SourceReader(new SourceFolder(etc), environment);
    }

    private void write(String name, String content) throws IOException {
        Files.createDirectories(etc.resolve(name).getParent());
        Files.writeString(etc.resolve(name), content);
    }
}
