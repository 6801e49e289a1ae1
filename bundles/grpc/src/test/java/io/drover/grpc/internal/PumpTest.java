package io.drover.grpc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.proto.v1.ResumePoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Who has a turn when, and for how long: on an executor that does one thing after another. */
class PumpTest {

    private static final int READERS = 200;

    private final Queue<Runnable> turns = new ArrayDeque<>();

    @Test
    void whoTakesAsMuchAsThereIsLetsEveryOtherHaveATurnFirst() {
        List<Observed<Integer>> hungry = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            Observed<Integer> client = new Observed<>(Integer.MAX_VALUE);
            start(new Numbers(Integer.MAX_VALUE), client);
            hungry.add(client);
        }
        Numbers one = new Numbers(0);
        Observed<Integer> quick = new Observed<>(Integer.MAX_VALUE);
        start(one, quick);
        turn(READERS + 1);

        one.add(1);
        int before = sent(hungry);
        turn(READERS + 1);

        assertThat(quick.messages()).hasSize(1);
        assertThat(sent(hungry) - before).isEqualTo(READERS * Pump.BURST);
        assertThat(hungry).allSatisfy(each -> assertThat(each.messages()).hasSize(2 * Pump.BURST));
    }

    @Test
    void whoTakesNothingHasNoTurn() {
        List<Numbers> feeds = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            Numbers feed = new Numbers(100);
            start(feed, new Observed<>(16));
            feeds.add(feed);
        }
        Numbers one = new Numbers(0);
        Observed<Integer> quick = new Observed<>(Integer.MAX_VALUE);
        start(one, quick);
        turn(READERS + 1);
        assertThat(turns).isEmpty();

        feeds.forEach(each -> each.add(1000));
        one.add(1);

        assertThat(turns).hasSize(1);
        turn(1);
        assertThat(quick.messages()).hasSize(1);
        assertThat(feeds).allSatisfy(each -> assertThat(each.left).isEqualTo(1084));
    }

    @Test
    void howeverOftenSomethingIsSaidThereIsOneTurnForIt() {
        Numbers feed = new Numbers(0);
        Pump<Integer> pump = start(feed, new Observed<>(Integer.MAX_VALUE));
        turn(1);

        for (int i = 0; i < 100; i++) {
            pump.signal();
        }

        assertThat(turns).hasSize(1);
    }

    private Pump<Integer> start(Numbers feed, Observed<Integer> client) {
        Pump<Integer> pump = new Pump<>(feed, client, turns::add, () -> {});
        pump.start();
        return pump;
    }

    private void turn(int count) {
        for (int i = 0; i < count; i++) {
            turns.remove().run();
        }
    }

    private static int sent(List<Observed<Integer>> clients) {
        return clients.stream().mapToInt(each -> each.messages().size()).sum();
    }

    /** Numbers, as many as a test says; calls whoever found none. */
    private static final class Numbers implements Feed<Integer> {
        private int left;
        private boolean foundNone;
        private Runnable ready = () -> {};

        Numbers(int left) {
            this.left = left;
        }

        void add(int more) {
            left += more;
            if (foundNone) {
                foundNone = false;
                ready.run();
            }
        }

        @Override
        public Integer next() {
            foundNone = left == 0;
            return foundNone ? null : left--;
        }

        @Override
        public boolean ended() {
            return false;
        }

        @Override
        public void onReady(Runnable callback) {
            ready = callback;
        }

        @Override
        public Optional<ResumePoint> point() {
            return Optional.empty();
        }

        @Override
        public void close() {}
    }
}
