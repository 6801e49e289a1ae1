package io.drover.conntrack.internal;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.Resolution;
import io.drover.api.conntrack.Resolution.Certainty;
import io.drover.api.conntrack.Translations;
import io.drover.api.conntrack.Tuple;
import io.drover.conntrack.internal.table.ConnectionTable;
import io.drover.conntrack.internal.table.ConnectionTable.Found;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers from the table, and says when it cannot. Any thread. */
final class Resolver implements Translations {

    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;

    private final Supplier<View> view;
    private final Counters counters;
    private final Clock clock;

    /**
     * What is known now.
     *
     * @param table the connections
     * @param followed inode of the namespace that is followed
     * @param whyNot why nothing can be said; empty if something can
     * @param all whether connections that are not translated are in it too
     * @param certainty what answers rest on
     */
    record View(
            ConnectionTable table,
            long followed,
            Optional<String> whyNot,
            boolean all,
            Certainty certainty) {

        static View none(String why) {
            return new View(null, 0, Optional.of(why), false, Certainty.READ);
        }
    }

    Resolver(Supplier<View> view, Counters counters, Clock clock) {
        this.view = view;
        this.counters = counters;
        this.clock = clock;
    }

    @Override
    public Resolution resolve(int protocol, Tuple tuple, int zone, long namespace) {
        counters.resolutions.increment();
        Resolution answer = answer(view.get(), protocol, tuple, zone, namespace);
        if (answer instanceof Resolution.Unknown) {
            counters.resolutionsUnknown.increment();
        }
        return answer;
    }

    private Resolution answer(View now, int protocol, Tuple tuple, int zone, long namespace) {
        if (now.whyNot().isPresent()) {
            return new Resolution.Unknown(now.whyNot().get());
        }
        boolean elsewhere = namespace != 0 && namespace != now.followed();
        Resolution there = elsewhere ? look(now, protocol, tuple, zone, namespace) : null;
        Resolution here = there != null ? there : look(now, protocol, tuple, zone, now.followed());
        return here != null ? here : notThere(now);
    }

    private Resolution notThere(View now) {
        if (now.all() || now.certainty() != Certainty.FOLLOWED) {
            return new Resolution.Unknown("no such connection is tracked");
        }
        return new Resolution.Untranslated(
                Duration.ofMillis(Math.max(0, clock.millis() - counters.comparedAt)),
                now.certainty());
    }

    private Resolution look(View now, int protocol, Tuple tuple, int zone, long namespace) {
        Optional<Found> asAsked = now.table().find(protocol, tuple, zone, namespace);
        if (asAsked.isPresent()) {
            Connection connection = asAsked.get().connection();
            return resolution(
                    now,
                    asAsked.get(),
                    asAsked.get().ofReply()
                            ? connection.original().reversed()
                            : connection.effective());
        }
        if (protocol == ICMP || protocol == ICMPV6) {
            return null;
        }
        // As the far side of the translation sees it: the mirror of what is in the table.
        Optional<Found> mirrored = now.table().find(protocol, tuple.reversed(), zone, namespace);
        if (mirrored.isEmpty()) {
            return null;
        }
        Connection connection = mirrored.get().connection();
        return resolution(
                now,
                mirrored.get(),
                mirrored.get().ofReply() ? connection.original() : connection.reply());
    }

    private Resolution resolution(View now, Found found, Tuple translation) {
        Duration age =
                Duration.ofSeconds(Math.max(0, clock.instant().getEpochSecond() - found.seen()));
        return found.connection().translated()
                ? new Resolution.Translated(found.connection(), translation, age, now.certainty())
                : new Resolution.Untranslated(age, now.certainty());
    }
}
