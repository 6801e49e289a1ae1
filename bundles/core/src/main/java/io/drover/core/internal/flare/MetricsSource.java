package io.drover.core.internal.flare;

import io.drover.api.flare.FlareFiles;
import io.drover.api.flare.FlareSource;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** All series as they are now, in the manner of the Prometheus text format. */
public final class MetricsSource implements FlareSource {

    private final Supplier<List<MetricSource>> sources;

    public MetricsSource(Supplier<List<MetricSource>> sources) {
        this.sources = sources;
    }

    @Override
    public String name() {
        return "metrics";
    }

    @Override
    public void write(FlareFiles files) throws IOException {
        StringBuilder text = new StringBuilder(16 << 10);
        for (MetricSource source : sources.get()) {
            try {
                source.collect(new Lines(text));
            } catch (RuntimeException e) {
                text.append("# ").append(source.getClass().getName()).append(": ").append(e);
                text.append('\n');
            }
        }
        files.text("series.txt", text.toString());
    }

    private record Lines(StringBuilder text) implements Samples {

        @Override
        public void add(Family family, double value, String... labelValues) {
            line(family.name(), family, labelValues, "", value);
        }

        @Override
        public void histogram(Family family, long[] counts, double sum, String... labelValues) {
            long seen = 0;
            for (int i = 0; i < counts.length; i++) {
                seen += counts[i];
                String bound = i < family.bounds().size() ? "" + family.bounds().get(i) : "+Inf";
                line(family.name() + "_bucket", family, labelValues, bound, (double) seen);
            }
            line(family.name() + "_sum", family, labelValues, "", sum);
        }

        private void line(String name, Family family, String[] values, String bound, double value) {
            text.append(name);
            String separator = "{";
            for (int i = 0; i < Math.min(values.length, family.labels().size()); i++) {
                text.append(separator).append(family.labels().get(i)).append("=\"");
                text.append(values[i].replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
                separator = ",";
            }
            if (!bound.isEmpty()) {
                text.append(separator).append("le=\"").append(bound).append('"');
                separator = ",";
            }
            text.append(separator.equals(",") ? "} " : " ").append(value).append('\n');
        }
    }
}
