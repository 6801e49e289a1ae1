package io.drover.autoscaling.internal.decide;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Amounts as Kubernetes writes them ({@code 100m}, {@code 1.5Gi}, {@code 2e3}), in thousandths;
 * what is smaller is rounded up, as there (k8s.io/apimachinery/pkg/api/resource). Pure functions.
 */
public final class Quantity {

    private static final int LENGTH_MAX = 40;
    private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final Map<String, BigDecimal> FACTORS =
            Map.ofEntries(
                    Map.entry("n", BigDecimal.valueOf(1, 9)),
                    Map.entry("u", BigDecimal.valueOf(1, 6)),
                    Map.entry("m", BigDecimal.valueOf(1, 3)),
                    Map.entry("", BigDecimal.ONE),
                    Map.entry("k", BigDecimal.TEN.pow(3)),
                    Map.entry("M", BigDecimal.TEN.pow(6)),
                    Map.entry("G", BigDecimal.TEN.pow(9)),
                    Map.entry("T", BigDecimal.TEN.pow(12)),
                    Map.entry("P", BigDecimal.TEN.pow(15)),
                    Map.entry("E", BigDecimal.TEN.pow(18)),
                    Map.entry("Ki", binary(1)),
                    Map.entry("Mi", binary(2)),
                    Map.entry("Gi", binary(3)),
                    Map.entry("Ti", binary(4)),
                    Map.entry("Pi", binary(5)),
                    Map.entry("Ei", binary(6)));

    private Quantity() {}

    /**
     * Reads one.
     *
     * @param value a string or a number; anything else is none
     * @return thousandths, 0 or more; empty when it is not an amount, is negative or too large
     */
    public static OptionalLong thousandths(Object value) {
        String text = value instanceof String || value instanceof Number ? value.toString() : "";
        if (text.isEmpty() || text.length() > LENGTH_MAX) {
            return OptionalLong.empty();
        }
        int end = text.length();
        while (end > 0 && Character.isLetter(text.charAt(end - 1))) {
            end--;
        }
        BigDecimal factor = FACTORS.get(text.substring(end));
        return factor == null ? OptionalLong.empty() : read(text.substring(0, end), factor);
    }

    private static OptionalLong read(String number, BigDecimal factor) {
        try {
            BigDecimal read = new BigDecimal(number);
            if (read.signum() < 0
                    || read.precision() - read.scale() > LENGTH_MAX
                    || read.scale() > LENGTH_MAX) {
                return OptionalLong.empty();
            }
            BigDecimal thousandths =
                    read.multiply(factor).movePointRight(3).setScale(0, RoundingMode.CEILING);
            return thousandths.compareTo(LARGEST) > 0
                    ? OptionalLong.empty()
                    : OptionalLong.of(thousandths.longValueExact());
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private static BigDecimal binary(int power) {
        return BigDecimal.valueOf(1024).pow(power);
    }
}
