package io.drover.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * The contract must stay what clients were built with. The kept one is a descriptor set; after a
 * compatible change it is taken over by a run with {@code -Ddrover.contract.keep}, which refuses a
 * change that breaks.
 */
class ContractTest {

    private static final Path BASE = Path.of(System.getProperty("basedir", "."));
    private static final Path BUILT = BASE.resolve("target/descriptors/drover-v1.desc");
    private static final Path KEPT =
            BASE.resolve("src/test/resources/io/drover/proto/drover-v1.desc");

    private static FileDescriptorSet read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return FileDescriptorSet.parseFrom(in);
        }
    }

    @Test
    void whatClientsWereBuiltWithStillHolds() throws IOException {
        FileDescriptorSet built = read(BUILT);
        if (Files.exists(KEPT)) {
            assertThat(new Contract(built).breaks(new Contract(read(KEPT))))
                    .as("changes of drover.v1 that break clients")
                    .isEmpty();
        }
        if (System.getProperty("drover.contract.keep") != null) {
            Files.createDirectories(KEPT.getParent());
            Files.write(KEPT, built.toByteArray());
        }
        assertThat(read(KEPT))
                .as("the kept contract; take the new one over with -Ddrover.contract.keep")
                .isEqualTo(built);
    }

    @Test
    void hasEveryServiceThatWasPromised() throws IOException {
        assertThat(read(BUILT).getFileList())
                .flatExtracting(FileDescriptorProto::getServiceList)
                .extracting(service -> service.getName())
                .containsExactlyInAnyOrder(
                        "Agent", "Autoscaling", "Config", "Connections", "Control", "Metadata");
    }

    @Test
    void saysWhatAChangeBreaks() {
        assertBreaks(file -> file.removeService(0), "the service p.S is gone: clients call it");
        assertBreaks(
                file -> file.getServiceBuilder(0).removeMethod(0),
                "the method p.S/Call is gone: clients call it");
        assertBreaks(
                file -> file.getServiceBuilder(0).getMethodBuilder(0).setOutputType(".p.Other"),
                "p.S/Call gives .p.Other, gave .p.M");
        assertBreaks(
                file -> file.getServiceBuilder(0).getMethodBuilder(0).setServerStreaming(true),
                "p.S/Call streams otherwise than before");
        assertBreaks(file -> file.removeMessageType(0), "the message p.M is gone");
        assertBreaks(
                file -> file.getMessageTypeBuilder(0).removeField(0),
                "the field p.M.a is gone: reserve its number 1 and its name, or another field takes"
                        + " its place");
        assertBreaks(
                file -> file.getMessageTypeBuilder(0).getFieldBuilder(0).setName("b"),
                "p.M.a is called b now: JSON knows it by name");
        assertBreaks(
                file ->
                        file.getMessageTypeBuilder(0)
                                .getFieldBuilder(0)
                                .setType(FieldDescriptorProto.Type.TYPE_STRING),
                "p.M.a is of type TYPE_STRING , was TYPE_INT32 ");
        assertBreaks(
                file ->
                        file.getMessageTypeBuilder(0)
                                .getFieldBuilder(0)
                                .setLabel(FieldDescriptorProto.Label.LABEL_REPEATED),
                "p.M.a is LABEL_REPEATED, was LABEL_OPTIONAL");
        assertBreaks(
                file -> file.getEnumTypeBuilder(0).getValueBuilder(0).setNumber(1),
                "the value E_ZERO = 0 of the enum p.E is gone or changed");
    }

    @Test
    void letsThroughWhatBreaksNobody() {
        assertThat(
                        breaks(
                                file -> {
                                    file.addServiceBuilder().setName("New");
                                    file.addMessageTypeBuilder().setName("New");
                                    file.getMessageTypeBuilder(0)
                                            .addFieldBuilder()
                                            .setName("b")
                                            .setNumber(2);
                                }))
                .isEmpty();
        assertThat(
                        breaks(
                                file -> {
                                    DescriptorProto.Builder message = file.getMessageTypeBuilder(0);
                                    message.removeField(0).addReservedName("a");
                                    message.addReservedRangeBuilder().setStart(1).setEnd(2);
                                }))
                .isEmpty();
    }

    private static void assertBreaks(
            Consumer<FileDescriptorProto.Builder> change, String sentence) {
        assertThat(breaks(change)).containsExactly(sentence);
    }

    private static java.util.List<String> breaks(Consumer<FileDescriptorProto.Builder> change) {
        FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder().setPackage("p");
        file.addServiceBuilder()
                .setName("S")
                .addMethod(
                        MethodDescriptorProto.newBuilder()
                                .setName("Call")
                                .setInputType(".p.M")
                                .setOutputType(".p.M"));
        file.addMessageTypeBuilder()
                .setName("M")
                .addFieldBuilder()
                .setName("a")
                .setNumber(1)
                .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
                .setType(FieldDescriptorProto.Type.TYPE_INT32);
        file.addEnumTypeBuilder().setName("E").addValueBuilder().setName("E_ZERO").setNumber(0);
        Contract before = new Contract(FileDescriptorSet.newBuilder().addFile(file).build());
        change.accept(file);
        return new Contract(FileDescriptorSet.newBuilder().addFile(file).build()).breaks(before);
    }
}
