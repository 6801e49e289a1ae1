package io.drover.link.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import io.drover.api.metadata.Entry;
import io.drover.api.metadata.Kind;
import io.drover.proto.v1.MetadataEvent;
import io.drover.testing.Configured;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** Whatever a replica sends as events of the metadata: it is read or not, and the limits hold. */
class EventsFuzzTest {

    private static final int ENTRIES_MAX = 4;
    private static final Settings SETTINGS =
            Settings.from(
                    Configured.with(
                            LinkConfig.class,
                            Map.of("entries_max", ENTRIES_MAX, "changes_kept", 16)));

    @FuzzTest(maxDuration = "10m")
    void events(byte[] bytes) throws IOException {
        LinkedMetadata metadata = new LinkedMetadata(SETTINGS, Clock.systemUTC());
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        try {
            MetadataEvent event = MetadataEvent.parseDelimitedFrom(in);
            while (event != null) {
                take(event, metadata);
                event = MetadataEvent.parseDelimitedFrom(in);
            }
        } catch (InvalidProtocolBufferException e) {
            // The rest is no message.
        }

        assertThat(metadata.size()).isLessThanOrEqualTo(ENTRIES_MAX);
        for (Kind kind : Kind.values()) {
            metadata.visit(kind, entry -> isFound(entry, metadata));
        }
    }

    private static void take(MetadataEvent event, LinkedMetadata metadata) {
        switch (event.getEventCase()) {
            case BEGIN -> metadata.begin();
            case COMPLETE -> metadata.complete();
            case PUT -> EntryMessages.entry(event.getPut()).ifPresent(metadata::put);
            case REMOVED -> EntryMessages.ref(event.getRemoved()).ifPresent(metadata::remove);
            case EVENT_NOT_SET -> {}
        }
    }

    private static boolean isFound(Entry entry, LinkedMetadata metadata) {
        assertThat(metadata.get(entry.ref())).contains(entry);
        for (InetAddress address : serviceAddresses(entry)) {
            assertThat(metadata.at(address)).hasValueSatisfying(one -> isService(one));
        }
        return true;
    }

    private static List<InetAddress> serviceAddresses(Entry entry) {
        return entry instanceof Entry.Service service ? service.addresses() : List.of();
    }

    private static void isService(Entry one) {
        assertThat(one.kind()).isEqualTo(Kind.SERVICE);
    }
}
