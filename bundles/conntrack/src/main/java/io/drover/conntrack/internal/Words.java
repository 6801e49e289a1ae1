package io.drover.conntrack.internal;

import io.drover.api.conntrack.ConnectionOrder;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Route;
import io.drover.api.http.Schema;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** The words of a query: protocols, addresses, flags. Pure. */
final class Words {

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,3}");
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile("(" + OCTET + "\\.){3}" + OCTET);
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final String NAMES = "tcp, udp, icmp, icmpv6, sctp, dccp, gre, udplite";

    /** JSON Schema has no "either" for formats: both alternatives are named. */
    static final Schema ADDRESS_SCHEMA =
            new Schema(
                    Map.of(
                            "type",
                            "string",
                            "anyOf",
                            List.of(Map.of("format", "ipv4"), Map.of("format", "ipv6"))));

    static final Route.Parameter PROTOCOL =
            new Route.Parameter(
                    "protocol",
                    NAMES + " or a number from 0 to 255; absent: all",
                    Schema.text()
                            .plus(
                                    "pattern",
                                    "^("
                                            + NAMES.replace(", ", "|")
                                            + "|25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])$"));

    private Words() {}

    static OptionalInt protocol(Optional<String> text) throws ProblemException {
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        return switch (text.get()) {
            case "icmp" -> OptionalInt.of(1);
            case "tcp" -> OptionalInt.of(6);
            case "udp" -> OptionalInt.of(17);
            case "dccp" -> OptionalInt.of(33);
            case "gre" -> OptionalInt.of(47);
            case "icmpv6" -> OptionalInt.of(58);
            case "sctp" -> OptionalInt.of(132);
            case "udplite" -> OptionalInt.of(136);
            default -> OptionalInt.of(protocolNumber(text.get()));
        };
    }

    private static int protocolNumber(String text) throws ProblemException {
        if (NUMBER.matcher(text).matches() && Integer.parseInt(text) <= 255) {
            return Integer.parseInt(text);
        }
        throw refused("protocol", "one of " + NAMES + " or a number from 0 to 255", text);
    }

    static Optional<InetAddress> address(String name, Optional<String> text)
            throws ProblemException {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String literal = text.get();
        try {
            if (IPV4.matcher(literal).matches()) {
                return Optional.of(InetAddress.getByName(literal));
            }
            if (IPV6.matcher(literal).matches()) {
                // In brackets it is never taken for a name: no look-up can come of a request.
                return Optional.of(InetAddress.getByName("[" + literal + "]"));
            }
        } catch (UnknownHostException e) {
            // Told below, with the same rule.
        }
        throw refused(name, "an IPv4 or IPv6 address", literal);
    }

    static boolean flag(String name, Optional<String> text) throws ProblemException {
        if (text.isEmpty() || text.get().equals("false")) {
            return false;
        }
        if (text.get().equals("true")) {
            return true;
        }
        throw refused(name, "true or false", text.get());
    }

    /** One of some words, in small letters, as a constant of an enum. */
    static <E extends Enum<E>> E one(String name, Class<E> type, E absent, Optional<String> text)
            throws ProblemException {
        if (text.isEmpty()) {
            return absent;
        }
        List<String> words = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(text.get())) {
                return constant;
            }
            words.add(constant.name().toLowerCase(Locale.ROOT));
        }
        throw refused(name, "one of " + String.join(", ", words), text.get());
    }

    static <E extends Enum<E>> String[] of(Class<E> type) {
        List<String> words = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            words.add(constant.name());
        }
        return lower(words);
    }

    static String[] lower(List<String> words) {
        return words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toArray(String[]::new);
    }

    static String[] orders() {
        List<String> words = new ArrayList<>();
        for (String word : of(ConnectionOrder.Key.class)) {
            words.add(word);
            words.add("-" + word);
        }
        return words.toArray(String[]::new);
    }

    static ProblemException refused(String name, String rule, String value) {
        String shown = value.length() > 64 ? value.substring(0, 64) + "…" : value;
        return ProblemException.badRequest(
                "query parameter " + name + " must be " + rule + ", is " + shown);
    }
}
