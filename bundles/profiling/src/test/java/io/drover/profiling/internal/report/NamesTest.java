package io.drover.profiling.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {

    @ParameterizedTest
    @CsvSource({
        "io.drover.core.internal.Roster, look, io.drover.core.internal.Roster.look",
        "io.drover.core.internal.Roster, lambda$look$3, io.drover.core.internal.Roster.look(lambda)",
        "a.B$$Lambda$137.0x0000000800c8a440, run, a.B(lambda).run",
        "a.B$$Lambda$137/0x0000000800c8a440, run, a.B(lambda).run",
        "jdk.internal.reflect.GeneratedMethodAccessor12, invoke,"
                + " jdk.internal.reflect.GeneratedMethodAccessor.invoke",
        "java.lang.invoke.LambdaForm$MH.0x00000008000c0800, invoke,"
                + " java.lang.invoke.LambdaForm$MH.0x00000008000c0800.invoke",
    })
    void leavesOutWhatTheJvmMakesUp(String type, String method, String shown) {
        assertThat(Names.method(type, method)).isEqualTo(shown);
    }

    @Test
    void spellsArraysAsInSource() {
        assertThat(Names.type("[B")).isEqualTo("byte[]");
        assertThat(Names.type("[[J")).isEqualTo("long[][]");
        assertThat(Names.type("[Ljava/lang/String;")).isEqualTo("java.lang.String[]");
        assertThat(Names.type("[Ljava.lang.String;")).isEqualTo("java.lang.String[]");
        assertThat(Names.type("java.lang.String")).isEqualTo("java.lang.String");
    }

    @Test
    void cannotEndTheScriptThatTheyStandIn() {
        assertThat(FlameGraph.text("</script><b>\"x\\\u2028"))
                .isEqualTo("\"\\u003c/script\\u003e\\u003cb\\u003e\\u0022x\\u005c\\u2028\"");
    }
}
