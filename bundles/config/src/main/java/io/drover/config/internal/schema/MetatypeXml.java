package io.drover.config.internal.schema;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads one {@code OSGI-INF/metatype/*.xml} (Metatype 1.4, 105.8) of a bundle. The Meta Type
 * Service would do so too, but it tells neither the bounds of a key, which a finding has to name,
 * nor anything outside of a framework.
 */
public final class MetatypeXml {

    private static final Pattern PID =
            Pattern.compile(Pattern.quote(Section.PID_PREFIX) + "([a-z][a-z0-9]*)");

    /** Not the one of {@code newInstance()}: any bundle may put its own parser there. */
    private static final XMLInputFactory FACTORY = factory();

    private final Map<String, List<Key>> keysByOcd = new HashMap<>();
    private final Map<String, String> ocdByPid = new HashMap<>();
    private List<Key> ocd = List.of();
    private String pid = "";
    private AttributeXml attribute;

    private MetatypeXml() {}

    /**
     * The sections that are designated to a PID {@code io.drover.<word>}.
     *
     * @throws XMLStreamException when it is not XML
     * @throws IllegalArgumentException when it is not metatype as Drover uses it; the message says
     *     why
     */
    public static List<Section> read(InputStream in) throws XMLStreamException {
        MetatypeXml xml = new MetatypeXml();
        XMLStreamReader reader = FACTORY.createXMLStreamReader(in);
        while (reader.hasNext()) {
            int event = reader.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                xml.start(reader);
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                xml.end(reader.getLocalName());
            }
        }
        return xml.sections();
    }

    private void start(XMLStreamReader element) {
        switch (element.getLocalName()) {
            case "OCD" -> {
                ocd = new ArrayList<>();
                keysByOcd.put(attribute(element, "id"), ocd);
            }
            case "AD" ->
                    attribute =
                            new AttributeXml(
                                    attribute(element, "id"),
                                    attribute(element, "type"),
                                    attribute(element, "cardinality"),
                                    element.getAttributeValue(null, "default"),
                                    attribute(element, "min"),
                                    attribute(element, "max"),
                                    new ArrayList<>(),
                                    attribute(element, "description"));
            case "Option" -> {
                if (attribute != null) {
                    attribute.options().add(attribute(element, "value"));
                }
            }
            case "Designate" -> pid = attribute(element, "pid");
            case "Object" -> ocdByPid.put(pid, attribute(element, "ocdref"));
            default -> {
                // MetaData, Icon, Attribute: nothing that a configuration is checked against.
            }
        }
    }

    private void end(String element) {
        if (element.equals("AD")) {
            ocd.add(attribute.key());
            attribute = null;
        }
    }

    private List<Section> sections() {
        List<Section> sections = new ArrayList<>();
        ocdByPid.forEach(
                (designated, ocdId) -> {
                    var matcher = PID.matcher(designated);
                    List<Key> keys = keysByOcd.get(ocdId);
                    if (matcher.matches() && keys != null) {
                        sections.add(Section.of(matcher.group(1), keys));
                    }
                });
        return sections;
    }

    private static String attribute(XMLStreamReader element, String name) {
        String value = element.getAttributeValue(null, name);
        return value == null ? "" : value;
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        return factory;
    }
}
