package io.drover.config.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CommasTest {

    @Test
    void itemsAreTrimmedAndBlankTextHasNone() {
        assertThat(Commas.split("127.0.0.1, ::1 ,x y")).containsExactly("127.0.0.1", "::1", "x y");
        assertThat(Commas.split(" ")).isEmpty();
        assertThat(Commas.split("a,,b")).containsExactly("a", "", "b");
        assertThat(Commas.split("a,")).containsExactly("a", "");
    }

    @Test
    void aBackslashKeepsWhatFollows() {
        assertThat(Commas.split("a\\,b,c\\\\,\\ d\\ ")).containsExactly("a,b", "c\\", " d ");
        assertThat(Commas.split("end\\")).containsExactly("end\\");
    }

    @Test
    void anyListComesBackWhenItsSpecialCharactersAreEscaped() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            List<String> items = new ArrayList<>();
            for (int more = 1 + random.nextInt(5); more > 0; more--) {
                items.add(item(random));
            }
            String line =
                    items.stream()
                            .map(item -> item.replaceAll("[\\\\, ]", "\\\\$0"))
                            .collect(Collectors.joining(" , "));

            if (!line.isBlank()) {
                assertThat(Commas.split(line)).isEqualTo(items);
            }
        }
    }

    private static String item(Random random) {
        StringBuilder item = new StringBuilder();
        for (int more = random.nextInt(6); more > 0; more--) {
            item.append("ab,\\ ü".charAt(random.nextInt(6)));
        }
        return item.toString();
    }
}
