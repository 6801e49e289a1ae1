package io.drover.config.internal.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.config.internal.PackedBundle;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetatypeXmlTest {

    private static final String ODD = "io.drover.config.probe.odd.OddConfig";

    @TempDir Path folder;

    @Test
    void readsWhatBndMakesOfAnAnnotation() throws Exception {
        Section section = odd();

        assertThat(section.word()).isEqualTo("odd");
        assertThat(section.pid()).isEqualTo("io.drover.odd");
        assertThat(section.keys().values())
                .extracting(k -> k.name() + " " + k.id() + " " + k.type() + " " + k.defaults())
                .containsExactly(
                        "poll_interval_ms poll.interval.ms INTEGER [5000]",
                        "file_bytes file_bytes LONG [7]",
                        "ratio_max ratio-max DOUBLE [0.5]",
                        "class class TRUTH [true]",
                        "share share DOUBLE [1.5]",
                        "nothing nothing TEXT []",
                        "text text TEXT [a, b\\c]",
                        "bind bind TEXT [127.0.0.1, ::1]",
                        "commas commas TEXT [a,b, c\\d,  e ]",
                        "none none TEXT []",
                        "numbers numbers INTEGER [1, 2]",
                        "level level TEXT [info]",
                        "token .token SECRET []",
                        "name name TEXT []",
                        "camelCase camelCase TRUTH [false]");
    }

    @Test
    void knowsListsBoundsAndOptions() throws Exception {
        var keys = odd().keys();

        assertThat(keys.get("bind").list()).isTrue();
        assertThat(keys.get("text").list()).isFalse();
        assertThat(keys.get("numbers").itemsMax()).isEqualTo(3);
        assertThat(keys.get("file_bytes").bounds().words()).isEqualTo("from 0 to 9999999999");
        assertThat(keys.get("poll_interval_ms").bounds().words()).isEmpty();
        assertThat(keys.get("level").options()).containsExactly("debug", "info");
    }

    @Test
    void takesOnlyWhatIsDesignatedToADroverPid() throws Exception {
        String xml =
                "<MetaData><OCD id='x'><AD id='a' type='String'/></OCD>"
                        + "<Designate pid='org.other'><Object ocdref='x'/></Designate>"
                        + "<Designate factoryPid='io.drover.many'><Object ocdref='x'/></Designate>"
                        + "<Designate pid='io.drover.one'><Object ocdref='x'/></Designate>"
                        + "<Designate pid='io.drover.two.three'><Object ocdref='x'/></Designate>"
                        + "<Designate pid='io.drover.gone'><Object ocdref='y'/></Designate>"
                        + "</MetaData>";

        assertThat(read(xml)).extracting(Section::word).containsExactly("one");
    }

    @Test
    void refusesTwoIdsThatPeopleWouldWriteAlike() {
        String xml =
                "<MetaData><OCD id='x'><AD id='a.b' type='String'/><AD id='a-b' type='String'/></OCD>"
                        + "<Designate pid='io.drover.one'><Object ocdref='x'/></Designate></MetaData>";

        assertThatThrownBy(() -> read(xml))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("section one: the ids a.b and a-b both give the key a_b");
    }

    @Test
    void doesNotFollowExternalEntities() {
        String xml =
                "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>"
                        + "<MetaData><OCD id='x' name='n'>&e;</OCD></MetaData>";

        assertThatThrownBy(() -> read(xml)).isInstanceOf(XMLStreamException.class);
    }

    private Section odd() throws Exception {
        Path bundle = PackedBundle.pack("odd", "1.0.0", folder);
        try (InputStream in = PackedBundle.metatype(bundle, ODD)) {
            return MetatypeXml.read(in).get(0);
        }
    }

    private static List<Section> read(String xml) throws XMLStreamException {
        return MetatypeXml.read(new ByteArrayInputStream(xml.getBytes(UTF_8)));
    }
}
