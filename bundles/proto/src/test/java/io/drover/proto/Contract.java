package io.drover.proto;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A contract as clients rely on it: what is in it by its full name. Compares two by the rules of
 * proto3: a client that was built with the older one must understand the newer one, and the other
 * way round.
 */
final class Contract {

    private final Map<String, ServiceDescriptorProto> services = new LinkedHashMap<>();
    private final Map<String, DescriptorProto> messages = new LinkedHashMap<>();
    private final Map<String, EnumDescriptorProto> enums = new LinkedHashMap<>();

    Contract(FileDescriptorSet files) {
        for (FileDescriptorProto file : files.getFileList()) {
            String scope = file.getPackage() + ".";
            file.getServiceList().forEach(each -> services.put(scope + each.getName(), each));
            file.getMessageTypeList().forEach(each -> add(scope, each));
            file.getEnumTypeList().forEach(each -> enums.put(scope + each.getName(), each));
        }
    }

    private void add(String scope, DescriptorProto message) {
        String name = scope + message.getName();
        messages.put(name, message);
        message.getNestedTypeList().forEach(each -> add(name + ".", each));
        message.getEnumTypeList().forEach(each -> enums.put(name + "." + each.getName(), each));
    }

    /** What of {@code before} this one breaks, a sentence each. */
    List<String> breaks(Contract before) {
        List<String> broken = new ArrayList<>();
        before.services.forEach((name, old) -> service(broken, name, old));
        before.messages.forEach((name, old) -> message(broken, name, old));
        before.enums.forEach((name, old) -> enumeration(broken, name, old));
        return broken;
    }

    private void service(List<String> broken, String name, ServiceDescriptorProto old) {
        ServiceDescriptorProto now = services.get(name);
        if (now == null) {
            broken.add("the service " + name + " is gone: clients call it");
            return;
        }
        for (MethodDescriptorProto method : old.getMethodList()) {
            String full = name + "/" + method.getName();
            now.getMethodList().stream()
                    .filter(each -> each.getName().equals(method.getName()))
                    .findFirst()
                    .ifPresentOrElse(
                            each -> method(broken, full, method, each),
                            () -> broken.add("the method " + full + " is gone: clients call it"));
        }
    }

    private static void method(
            List<String> broken,
            String name,
            MethodDescriptorProto old,
            MethodDescriptorProto now) {
        if (!old.getInputType().equals(now.getInputType())) {
            broken.add(name + " takes " + now.getInputType() + ", took " + old.getInputType());
        }
        if (!old.getOutputType().equals(now.getOutputType())) {
            broken.add(name + " gives " + now.getOutputType() + ", gave " + old.getOutputType());
        }
        if (old.getServerStreaming() != now.getServerStreaming()
                || old.getClientStreaming() != now.getClientStreaming()) {
            broken.add(name + " streams otherwise than before");
        }
    }

    private void message(List<String> broken, String name, DescriptorProto old) {
        DescriptorProto now = messages.get(name);
        if (now == null) {
            broken.add("the message " + name + " is gone");
            return;
        }
        for (FieldDescriptorProto field : old.getFieldList()) {
            String full = name + "." + field.getName();
            now.getFieldList().stream()
                    .filter(each -> each.getNumber() == field.getNumber())
                    .findFirst()
                    .ifPresentOrElse(
                            each -> field(broken, full, old, field, now, each),
                            () -> gone(broken, full, field, now));
        }
        for (DescriptorProto.ReservedRange range : old.getReservedRangeList()) {
            for (FieldDescriptorProto field : now.getFieldList()) {
                boolean kept = field.getNumber() >= range.getStart();
                if (kept && field.getNumber() < range.getEnd() && name(old, field) != null) {
                    broken.add(
                            "%s.%s uses the number %d, which was taken back and may be in use"
                                    .formatted(name, field.getName(), field.getNumber()));
                }
            }
        }
    }

    /** Names that are reserved were fields once; numbers alone are only kept for later. */
    private static String name(DescriptorProto old, FieldDescriptorProto field) {
        return old.getReservedNameList().contains(field.getName()) ? field.getName() : null;
    }

    private static void gone(
            List<String> broken, String name, FieldDescriptorProto field, DescriptorProto now) {
        boolean numberReserved =
                now.getReservedRangeList().stream()
                        .anyMatch(
                                range ->
                                        field.getNumber() >= range.getStart()
                                                && field.getNumber() < range.getEnd());
        if (!numberReserved || !now.getReservedNameList().contains(field.getName())) {
            broken.add(
                    "the field %s is gone: reserve its number %d and its name, or another field takes"
                                    .formatted(name, field.getNumber())
                            + " its place");
        }
    }

    private static void field(
            List<String> broken,
            String name,
            DescriptorProto oldMessage,
            FieldDescriptorProto old,
            DescriptorProto nowMessage,
            FieldDescriptorProto now) {
        if (!old.getName().equals(now.getName())) {
            broken.add("%s is called %s now: JSON knows it by name".formatted(name, now.getName()));
        }
        if (old.getType() != now.getType() || !old.getTypeName().equals(now.getTypeName())) {
            broken.add(
                    "%s is of type %s %s, was %s %s"
                            .formatted(
                                    name,
                                    now.getType(),
                                    now.getTypeName(),
                                    old.getType(),
                                    old.getTypeName()));
        }
        if (old.getLabel() != now.getLabel()) {
            broken.add(name + " is " + now.getLabel() + ", was " + old.getLabel());
        }
        if (old.getProto3Optional() != now.getProto3Optional()) {
            broken.add(name + " tells of its absence otherwise than before");
        }
        if (!oneof(oldMessage, old).equals(oneof(nowMessage, now))) {
            broken.add(name + " is in another oneof than before");
        }
    }

    private static String oneof(DescriptorProto message, FieldDescriptorProto field) {
        return field.hasOneofIndex() && !field.getProto3Optional()
                ? message.getOneofDecl(field.getOneofIndex()).getName()
                : "";
    }

    private void enumeration(List<String> broken, String name, EnumDescriptorProto old) {
        EnumDescriptorProto now = enums.get(name);
        if (now == null) {
            broken.add("the enum " + name + " is gone");
            return;
        }
        for (EnumValueDescriptorProto value : old.getValueList()) {
            boolean there =
                    now.getValueList().stream()
                            .anyMatch(
                                    each ->
                                            each.getNumber() == value.getNumber()
                                                    && each.getName().equals(value.getName()));
            if (!there) {
                broken.add(
                        "the value %s = %d of the enum %s is gone or changed"
                                .formatted(value.getName(), value.getNumber(), name));
            }
        }
    }
}
