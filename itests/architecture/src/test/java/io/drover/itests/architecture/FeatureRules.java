package io.drover.itests.architecture;

import io.drover.itests.architecture.FeatureFile.Feature;
import io.drover.itests.architecture.FeatureFile.Installed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** What is installed together. Each broken rule is one sentence. */
final class FeatureRules {

    private static final String THIRD_PARTY = "drover-tp-";

    private FeatureRules() {}

    /**
     * @param words of all bundles that are built
     */
    static List<String> broken(FeatureFile file, Collection<String> words) {
        List<String> broken = new ArrayList<>();
        for (String word : new TreeSet<>(words)) {
            places(file, word, broken);
        }
        for (Feature feature : file.features()) {
            for (String dependency : feature.dependencies()) {
                if (dependency.contains("blueprint")) {
                    broken.add(feature.name() + " needs " + dependency + ": no blueprint");
                }
            }
            for (Installed bundle : feature.bundles()) {
                judge(feature, bundle, words, broken);
            }
        }
        return broken;
    }

    private static void places(FeatureFile file, String word, List<String> broken) {
        List<String> places = new ArrayList<>();
        for (Feature feature : file.features()) {
            for (Installed bundle : feature.bundles()) {
                if (bundle.word().equals(word)) {
                    places.add(feature.name());
                }
            }
        }
        if (!Kind.of(word).deployed()) {
            places.forEach(
                    place -> broken.add(word + " is in " + place + ": it belongs in no feature"));
        } else if (places.isEmpty()) {
            broken.add(word + " is in no feature");
        } else if (places.size() > 1) {
            broken.add(word + " is named " + places.size() + " times, in " + places + ": once");
        }
    }

    private static void judge(
            Feature feature, Installed bundle, Collection<String> words, List<String> broken) {
        String word = bundle.word();
        boolean logic = !word.isEmpty() && Kind.of(word).logic();
        if (!word.isEmpty() && !words.contains(word)) {
            broken.add(feature.name() + " names " + word + ", which is not built here");
        }
        if (logic && !bundle.startLevel().isEmpty()) {
            broken.add(
                    word
                            + " has the start level "
                            + bundle.startLevel()
                            + ": Declarative Services waits for what is missing");
        }
        if (logic == feature.name().startsWith(THIRD_PARTY)) {
            broken.add(
                    bundle.url()
                            + " is in "
                            + feature.name()
                            + ": third parties, and they alone, are in "
                            + THIRD_PARTY
                            + "*");
        }
        if (bundle.url().contains("blueprint")) {
            broken.add(feature.name() + " installs " + bundle.url() + ": no blueprint");
        }
    }
}
