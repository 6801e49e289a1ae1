import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Calls servers in turns and prints what each did, and its ratio to the second one. Arguments: authority, token file, rounds, seconds of a
 * round, then name, port and pid of each server. Ends with 3 when the first misses the bar.
 */
public final class Load {

    private static final int UNARY_IN_FLIGHT = 16;
    private static final int STREAMS = 4;
    private static final double BAR = 0.95;
    private static final double SERVED_WITHIN_SECONDS = 30;

    private record Round(double perSecond, double cpuMicros, double p50Micros, double p99Micros) {}

    private static final class Target {
        String name;
        long pid;
        ManagedChannel managed;
        Channel channel;
        final List<Round> rounds = new ArrayList<>();
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[2]);
        double seconds = Double.parseDouble(arguments[3]);
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + Files.readString(Path.of(arguments[1])).strip());
        List<Target> targets = new ArrayList<>();
        for (int i = 4; i < arguments.length; i += 3) {
            Target target = new Target();
            target.name = arguments[i];
            target.pid = Long.parseLong(arguments[i + 2]);
            target.managed =
                    NettyChannelBuilder.forAddress("127.0.0.1", Integer.parseInt(arguments[i + 1]))
                            .sslContext(GrpcSslContexts.forClient().trustManager(new File(arguments[0])).build())
                            .build();
            target.channel = ClientInterceptors.intercept(target.managed, MetadataUtils.newAttachHeadersInterceptor(headers));
            targets.add(target);
        }
        for (Target target : targets) {
            awaitServed(target);
        }
        boolean held = true;
        for (String mode : new String[] {"unary", "streaming"}) {
            for (Target target : targets) {
                target.rounds.clear();
                run(mode, target, 2 * seconds); // warm, not counted
            }
            for (int round = 0; round < rounds; round++) {
                List<Target> order = new ArrayList<>(targets);
                if (round % 2 == 1) {
                    java.util.Collections.reverse(order);
                }
                for (Target target : order) {
                    target.rounds.add(run(mode, target, seconds));
                }
            }
            for (Target target : targets) {
                System.out.printf(Locale.ROOT, "%-9s %-8s %10.0f/s  cpu %7.2f us each", mode, target.name, median(target, 0), median(target, 1));
                if (mode.equals("unary")) {
                    System.out.printf(Locale.ROOT, "  p50 %8.0f us  p99 %8.0f us", median(target, 2), median(target, 3));
                }
                System.out.println();
            }
            Target base = targets.get(1);
            for (Target target : targets) {
                double ratio = median(target, 0) / median(base, 0);
                boolean barred = target == targets.get(0);
                held &= !barred || ratio >= BAR;
                if (target != base) {
                    System.out.printf(Locale.ROOT, "%-9s %-8s ratio %.3f throughput%s, %.3f cpu%n", mode, target.name, ratio,
                            barred ? String.format(Locale.ROOT, " (%s %.2f)", ratio >= BAR ? "holds" : "MISSES", BAR) : "",
                            median(target, 1) / median(base, 1));
                }
            }
        }
        targets.forEach(target -> target.managed.shutdownNow());
        System.exit(held ? 0 : 3);
    }

    /** A bundle that was dropped into the home may come a moment after the agent is ready. */
    private static void awaitServed(Target target) throws InterruptedException {
        long end = System.nanoTime() + (long) (SERVED_WITHIN_SECONDS * 1e9);
        while (true) {
            try {
                ClientCalls.blockingUnaryCall(target.channel, BenchService.ECHO, CallOptions.DEFAULT, BytesValue.getDefaultInstance());
                return;
            } catch (io.grpc.StatusRuntimeException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(200);
            }
        }
    }

    private static double median(Target target, int what) {
        double[] all = target.rounds.stream().mapToDouble(round -> switch (what) {
            case 0 -> round.perSecond;
            case 1 -> round.cpuMicros;
            case 2 -> round.p50Micros;
            default -> round.p99Micros;
        }).sorted().toArray();
        return all[all.length / 2];
    }

    private static Round run(String mode, Target target, double seconds) throws Exception {
        double cpu = cpuSeconds(target.pid);
        long begin = System.nanoTime();
        long end = begin + (long) (seconds * 1e9);
        long[] times = new long[2_000_000];
        AtomicLong done = new AtomicLong();
        if (mode.equals("unary")) {
            CountDownLatch over = new CountDownLatch(UNARY_IN_FLIGHT);
            for (int i = 0; i < UNARY_IN_FLIGHT; i++) {
                next(target, end, times, done, over);
            }
            over.await();
        } else {
            stream(target, end, done);
        }
        double took = (System.nanoTime() - begin) / 1e9;
        double used = cpuSeconds(target.pid) - cpu;
        int counted = (int) Math.min(done.get(), times.length);
        Arrays.sort(times, 0, counted);
        return new Round(done.get() / took, used * 1e6 / done.get(), times[counted / 2] / 1e3, times[(int) (counted * 0.99)] / 1e3);
    }

    private static void next(Target target, long end, long[] times, AtomicLong done, CountDownLatch over) {
        long begin = System.nanoTime();
        if (begin >= end) {
            over.countDown();
            return;
        }
        ClientCalls.asyncUnaryCall(
                target.channel.newCall(BenchService.ECHO, CallOptions.DEFAULT),
                BytesValue.of(ByteString.copyFrom(new byte[100])),
                new StreamObserver<>() {
                    @Override
                    public void onNext(BytesValue value) {}

                    @Override
                    public void onError(Throwable failure) {
                        failure.printStackTrace();
                        System.exit(1);
                    }

                    @Override
                    public void onCompleted() {
                        long number = done.getAndIncrement();
                        if (number < times.length) {
                            times[(int) number] = System.nanoTime() - begin;
                        }
                        next(target, end, times, done, over);
                    }
                });
    }

    private static void stream(Target target, long end, AtomicLong done) throws InterruptedException {
        io.grpc.Context.CancellableContext context = io.grpc.Context.current().withCancellation();
        context.run(() -> {
            for (int i = 0; i < STREAMS; i++) {
                ClientCalls.asyncServerStreamingCall(
                        target.channel.newCall(BenchService.STREAM, CallOptions.DEFAULT),
                        BytesValue.getDefaultInstance(),
                        new StreamObserver<BytesValue>() {
                            @Override
                            public void onNext(BytesValue value) {
                                done.getAndIncrement();
                            }

                            @Override
                            public void onError(Throwable failure) {}

                            @Override
                            public void onCompleted() {}
                        });
            }
        });
        while (System.nanoTime() < end) {
            Thread.sleep(10);
        }
        context.cancel(null);
    }

    /** User and system time of a process (proc(5)), at 100 ticks a second. */
    private static double cpuSeconds(long pid) throws Exception {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }
}
