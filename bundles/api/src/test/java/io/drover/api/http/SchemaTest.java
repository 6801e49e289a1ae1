package io.drover.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchemaTest {

    @Test
    void anObjectNamesItsMembersAndThoseThatAreAlwaysThere() {
        Schema schema =
                Schema.object().with("name", Schema.text()).maybe("pid", Schema.whole(1, 9));

        assertThat(schema.document())
                .containsEntry("type", "object")
                .containsEntry("required", List.of("name"))
                .containsEntry(
                        "properties",
                        Map.of(
                                "name",
                                Map.of("type", "string"),
                                "pid",
                                Map.of("type", "integer", "minimum", 1L, "maximum", 9L)));
    }

    @Test
    void addingAMemberLeavesTheFormerSchemaAsItWas() {
        Schema before = Schema.object().with("a", Schema.text());

        Schema unused = before.with("b", Schema.text());

        assertThat(unused).isNotEqualTo(before);
        assertThat(before.document().get("required")).isEqualTo(List.of("a"));
    }

    @Test
    void whatMayBeNullSaysSo() {
        assertThat(Schema.text().orNull().document())
                .isEqualTo(
                        Map.of("anyOf", List.of(Map.of("type", "string"), Map.of("type", "null"))));
    }
}
