package io.drover.itests.architecture;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * What the rules look at of a feature file.
 *
 * @param features in their order
 */
record FeatureFile(List<Feature> features) {

    /**
     * One feature.
     *
     * @param dependencies the features that it names
     */
    record Feature(String name, List<String> dependencies, List<Installed> bundles) {}

    /**
     * A bundle as a feature names it.
     *
     * @param url {@code mvn:group/artifact/version}
     * @param startLevel empty when the feature says none
     */
    record Installed(String url, String startLevel) {

        /** The word of a bundle of ours, empty for others. */
        String word() {
            String prefix = "mvn:io.drover/";
            return url.startsWith(prefix) ? url.substring(prefix.length()).split("/", 2)[0] : "";
        }
    }

    static FeatureFile parse(String xml) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            Element root =
                    factory.newDocumentBuilder()
                            .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)))
                            .getDocumentElement();
            return new FeatureFile(
                    children(root, "feature").stream().map(FeatureFile::of).toList());
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new IllegalArgumentException("not a feature file", e);
        }
    }

    private static Feature of(Element feature) {
        return new Feature(
                feature.getAttribute("name"),
                children(feature, "feature").stream().map(e -> e.getTextContent().strip()).toList(),
                children(feature, "bundle").stream().map(FeatureFile::installed).toList());
    }

    private static Installed installed(Element bundle) {
        return new Installed(bundle.getTextContent().strip(), bundle.getAttribute("start-level"));
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }
}
