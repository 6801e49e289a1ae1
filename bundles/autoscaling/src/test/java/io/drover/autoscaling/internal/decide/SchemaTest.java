package io.drover.autoscaling.internal.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.KubeObject;
import io.drover.autoscaling.internal.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goes through the schema of the CustomResourceDefinition: whatever an object may say in its spec
 * makes a difference to what is read from it, or a sentence names it and says why it does not.
 */
class SchemaTest {

    private static final Path DEFINITION =
            Path.of("../../deploy/kubernetes/crd/datadogpodautoscalers.yaml");

    /** What two objects say where the schema alone does not tell what makes sense. */
    private static final Map<String, List<Object>> WORDS =
            Map.of(
                    "spec.targetRef.apiVersion", List.of("apps/v1", "example.org/v2"),
                    "spec.targetRef.kind", List.of("Deployment", "StatefulSet"),
                    "spec.constraints.minReplicas", List.of(2, 3),
                    "spec.constraints.maxReplicas", List.of(10, 20),
                    "formula", List.of("q * 2", "q * 3"),
                    "queries[].name", List.of("q", "r"),
                    "window", List.of("5m", "10m"),
                    "bumpUpRatio", List.of("1.2", "1.5"),
                    "utilization", List.of(50, 60));

    /** Which word of its parent a member needs beside it to be meant. */
    private static final Map<String, Map<String, Object>> BESIDE =
            Map.of(
                    "podResource", Map.of("type", "PodResource"),
                    "containerResource", Map.of("type", "ContainerResource"),
                    "customQuery", Map.of("type", "CustomQuery"),
                    "utilization", Map.of("type", "Utilization"),
                    "absoluteValue", Map.of("type", "AbsoluteValue"),
                    "metrics", Map.of("source", "Metrics"),
                    "apmMetrics", Map.of("source", "ApmMetrics"),
                    "remoteVersion", Map.of("owner", "Remote"));

    @Test
    void theSchemaHasTheFieldsOfTheReference() {
        assertThat(fields()).hasSizeGreaterThan(70).contains("spec.options.burstable");
    }

    @ParameterizedTest
    @MethodSource("fields")
    void aFieldMakesADifferenceOrIsNamed(String field) {
        Spec one = read(field, 0);
        Spec other = read(field, 1);

        List<String> said = new ArrayList<>(one.unused());
        one.problems().forEach(problem -> said.add(problem.message()));
        for (Objective objective : one.policy().objectives()) {
            if (objective instanceof Objective.Unsupported unsupported) {
                said.add(unsupported.why());
            }
        }
        assertThat(!one.equals(other) || said.stream().anyMatch(each -> names(each, field)))
                .as("%s is read by nobody, and no sentence names it: %s", field, said)
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("allowed")
    void anObjectThatSaysWhatTheSchemaAllowsIsNotRefused(String field) {
        assertThat(read(field, 0).problems()).isEmpty();
    }

    /** Whether a sentence begins with the field or one that it is in, below the spec itself. */
    private static boolean names(String sentence, String field) {
        String said = sentence.replaceAll("\\[\\d+]|[: ].*", "");
        String asked = field.replace("[]", "") + ".";
        return said.contains(".") && asked.startsWith(said + ".");
    }

    static List<String> fields() {
        List<String> fields = new ArrayList<>();
        leaves("spec", spec(), fields);
        return fields;
    }

    /** Without the one thing that the schema allows and the reference's agent refuses. */
    static List<String> allowed() {
        return fields().stream()
                .filter(
                        field ->
                                !field.startsWith(
                                        "spec.fallback.horizontal.objectives[].customQuery"))
                .toList();
    }

    private static void leaves(String path, Map<String, Object> schema, List<String> leaves) {
        Map<String, Object> properties = KubeObject.map(schema, "properties");
        if (!properties.isEmpty()) {
            properties.forEach((name, each) -> leaves(path + "." + name, map(each), leaves));
        } else if (schema.get("items") instanceof Map<?, ?> items
                && map(items).containsKey("properties")) {
            leaves(path + "[]", map(items), leaves);
        } else {
            leaves.add(path);
        }
    }

    /**
     * An object that says everything, but of several members of a kind the one that is asked for.
     */
    private static Spec read(String field, int variant) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("spec", said("spec", spec(), field, variant));
        return Spec.of(new KubeObject(tree));
    }

    private static Object said(String path, Map<String, Object> schema, String field, int variant) {
        Map<String, Object> properties = KubeObject.map(schema, "properties");
        if (!properties.isEmpty()) {
            return object(path, properties, field, variant);
        }
        if (schema.get("items") instanceof Map<?, ?> items) {
            return List.of(said(path + "[]", map(items), field, variant));
        }
        return value(path, schema, (path.equals(field) || path.equals(field + "[]")) ? variant : 0);
    }

    private static Object object(
            String path, Map<String, Object> properties, String field, int variant) {
        Map<String, Object> object = new LinkedHashMap<>();
        properties.forEach(
                (name, each) ->
                        object.put(name, said(path + "." + name, map(each), field, variant)));
        for (String name : properties.keySet()) {
            boolean asked =
                    (field + ".").startsWith(path + "." + name + ".")
                            || field.startsWith(path + "." + name + "[]");
            if (asked && BESIDE.containsKey(name)) {
                object.putAll(BESIDE.get(name));
            }
        }
        // Queries are read as the source Metrics unless the other one is asked for.
        if (properties.containsKey("owner")
                && !field.startsWith("spec.owner")
                && !field.startsWith("spec.remote")) {
            object.remove("remoteVersion");
        }
        return object;
    }

    private static Object value(String path, Map<String, Object> schema, int variant) {
        for (Map.Entry<String, List<Object>> word : WORDS.entrySet()) {
            if (path.equals(word.getKey()) || path.endsWith("." + word.getKey())) {
                return word.getValue().get(variant);
            }
        }
        if (schema.get("enum") instanceof List<?> words) {
            return words.get(variant);
        }
        if (schema.containsKey("additionalProperties")) {
            return Map.of("cpu", variant + 1);
        }
        if (path.endsWith("controlledResources[]")) {
            return variant == 0 ? "cpu" : "memory";
        }
        if (Boolean.TRUE.equals(schema.get("x-kubernetes-int-or-string"))) {
            return String.valueOf(variant + 1);
        }
        int least = schema.get("minimum") instanceof Number number ? number.intValue() : 1;
        return switch (String.valueOf(schema.get("type"))) {
            case "boolean" -> variant == 0;
            case "integer" -> least + 1 + variant;
            case "string" -> variant == 0 ? "one" : "two";
            default -> throw new AssertionError("of what type is " + path + ": " + schema);
        };
    }

    private static Map<String, Object> spec() {
        try {
            Map<String, Object> definition =
                    map(Yaml.read("definition", Files.readString(DEFINITION)));
            Map<String, Object> version =
                    Spec.maps(KubeObject.map(definition, "spec"), "versions").get(0);
            Map<String, Object> schema =
                    KubeObject.map(KubeObject.map(version, "schema"), "openAPIV3Schema");
            return KubeObject.map(KubeObject.map(schema, "properties"), "spec");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("unchecked") // the keys of a JSON object are strings
    private static Map<String, Object> map(Object tree) {
        return (Map<String, Object>) tree;
    }
}
