package io.drover.profiling.internal.report;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of classes and methods for people. Pure functions. */
final class Names {

    private static final Pattern LAMBDA = Pattern.compile("\\$\\$Lambda[$/0-9x.a-f]*.*");
    private static final Pattern GENERATED =
            Pattern.compile("(Accessor|Proxy|LambdaForm\\$\\w*)\\d+");

    private Names() {}

    /**
     * {@code Session.lambda$run$3} becomes {@code Session.run(lambda)}; numbers that the JVM makes
     * up are left out, so that the same code is one frame.
     */
    static String method(String className, String method) {
        return type(className) + "." + method.replaceAll("^lambda\\$(\\w+)\\$\\d+$", "$1(lambda)");
    }

    static String type(String className) {
        String name = array(className);
        name = LAMBDA.matcher(name).replaceFirst("(lambda)");
        Matcher generated = GENERATED.matcher(name);
        return generated.replaceAll("$1");
    }

    /** {@code [B} is {@code byte[]}. */
    private static String array(String className) {
        if (!className.startsWith("[")) {
            return className;
        }
        int depth = className.lastIndexOf('[') + 1;
        String element = className.substring(depth);
        String plain =
                switch (element) {
                    case "B" -> "byte";
                    case "C" -> "char";
                    case "I" -> "int";
                    case "J" -> "long";
                    case "Z" -> "boolean";
                    case "D" -> "double";
                    case "F" -> "float";
                    case "S" -> "short";
                    default -> element.replaceFirst("^L", "").replace(";", "").replace('/', '.');
                };
        return plain + "[]".repeat(depth);
    }
}
