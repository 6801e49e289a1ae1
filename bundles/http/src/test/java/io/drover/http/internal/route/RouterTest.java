package io.drover.http.internal.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.http.Endpoint;
import io.drover.api.http.Method;
import io.drover.api.http.Reply;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.security.Audience;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RouterTest {

    private long now;
    private final Router router = new Router(List.of(), () -> now);

    private static Route route(Method method, String path) {
        return new Route(
                Endpoint.API, method, path, Audience.LOCAL, "", List.of(), r -> Reply.text(path));
    }

    private static Route get(String path) {
        return route(Method.GET, path);
    }

    private Routes serve(Route... routes) {
        Routes source = () -> List.of(routes);
        router.add(source);
        return source;
    }

    private Optional<Target> find(String path) {
        return router.find(Endpoint.API, List.of(path.substring(1).split("/", -1)));
    }

    private String template(String path) {
        return find(path).map(t -> t.routes().get(Method.GET).route().path()).orElse("nothing");
    }

    @Test
    void findsALiteralPath() {
        serve(get("/api/v1/version"), get("/api/v1/status"));

        assertThat(template("/api/v1/version")).isEqualTo("/api/v1/version");
        assertThat(template("/api/v1/status")).isEqualTo("/api/v1/status");
    }

    @Test
    void findsNothingAboveBelowOrBesideIt() {
        serve(get("/api/v1/version"));

        assertThat(List.of("/api", "/api/v1", "/api/v1/version/x", "/api/v1/versio", "/api/v1/"))
                .allSatisfy(path -> assertThat(template(path)).isEqualTo("nothing"));
        assertThat(template("/api/v1/VERSION")).isEqualTo("nothing");
        assertThat(template("/api/v1/version/")).isEqualTo("nothing");
    }

    @Test
    void givesTheValuesOfNamedSegmentsByTheirNames() {
        serve(get("/api/v1/{kind}/x/{id}"));

        Target target = find("/api/v1/a/x/b c").orElseThrow();

        assertThat(target.value(Method.GET, "kind")).isEqualTo("a");
        assertThat(target.value(Method.GET, "id")).isEqualTo("b c");
        assertThat(target.value(Method.GET, "other")).isNull();
    }

    @Test
    void letsEachMethodNameTheSameSegmentInItsOwnWay() {
        serve(get("/api/v1/a/{id}"), route(Method.DELETE, "/api/v1/a/{name}"));

        Target target = find("/api/v1/a/7").orElseThrow();

        assertThat(target.methods()).containsExactlyInAnyOrder(Method.GET, Method.DELETE);
        assertThat(target.value(Method.GET, "id")).isEqualTo("7");
        assertThat(target.value(Method.DELETE, "name")).isEqualTo("7");
        assertThat(target.value(Method.DELETE, "id")).isNull();
    }

    @Test
    void prefersALiteralSegmentToANamedOne() {
        serve(get("/api/v1/a/{id}"), get("/api/v1/a/all"));

        assertThat(template("/api/v1/a/all")).isEqualTo("/api/v1/a/all");
        assertThat(template("/api/v1/a/other")).isEqualTo("/api/v1/a/{id}");
    }

    @Test
    void comesBackFromALiteralSegmentThatLeadsNowhere() {
        serve(get("/api/v1/a/b/c"), get("/api/v1/{x}/b/d"));

        assertThat(template("/api/v1/a/b/d")).isEqualTo("/api/v1/{x}/b/d");
        assertThat(find("/api/v1/a/b/d").orElseThrow().values()).containsExactly("a");
    }

    @Test
    void takesAPathAsOneResourceWhoseMethodsAreThoseOfTheWinningShape() {
        serve(get("/api/v1/a/{id}"), route(Method.POST, "/api/v1/a/all"));

        assertThat(find("/api/v1/a/all").orElseThrow().methods()).containsExactly(Method.POST);
    }

    @Test
    void givesANamedSegmentNoEmptyValue() {
        serve(get("/api/v1/a/{id}"));

        assertThat(template("/api/v1/a/")).isEqualTo("nothing");
    }

    @Test
    void doesNotTakeBracesInARequestForAName() {
        serve(get("/api/v1/a/{id}"));

        assertThat(find("/api/v1/a/{id}").orElseThrow().values()).containsExactly("{id}");
    }

    @Test
    void keepsEndpointsApart() {
        serve(Route.open(Endpoint.METRICS, "/metrics", "", r -> Reply.text("")));

        assertThat(router.find(Endpoint.METRICS, List.of("metrics"))).isPresent();
        assertThat(router.find(Endpoint.HEALTH, List.of("metrics"))).isEmpty();
        assertThat(router.find(Endpoint.API, List.of("metrics"))).isEmpty();
    }

    @Test
    void refusesTheLaterOfTwoRoutesWithTheSameMethodAndShapeAndCountsIt() {
        Route first = get("/api/v1/a/{id}");
        serve(first);
        serve(get("/api/v1/a/{name}"), get("/api/v1/b"));

        assertThat(router.routes()).contains(first).hasSize(2);
        assertThat(router.refusals()).isEqualTo(1);
        assertThat(find("/api/v1/a/7").orElseThrow().value(Method.GET, "id")).isEqualTo("7");
    }

    @Test
    void takesAServiceThatIsBoundTwiceForOne() {
        Routes twice = serve(get("/api/v1/a"));

        router.add(twice);

        assertThat(router.routes()).hasSize(1);
        assertThat(router.refusals()).isZero();
        router.remove(twice);
        router.forget(Duration.ZERO);
        assertThat(router.routes()).isEmpty();
    }

    @Test
    void countsARefusalOnceHoweverOftenOthersComeAndGo() {
        serve(get("/api/v1/a"));
        serve(get("/api/v1/a"));

        router.remove(serve(get("/api/v1/b")));

        assertThat(router.refusals()).isEqualTo(1);
    }

    @Test
    void servesARefusedRouteOnceItsPlaceIsFree() {
        Routes former = serve(get("/api/v1/a"));
        Route later = get("/api/v1/a");
        serve(later);

        router.remove(former);

        assertThat(router.routes()).containsExactly(later);
        assertThat(router.refusals()).isEqualTo(1);
    }

    @Test
    void expectsARouteOfABundleThatIsGoneBackForAWhile() {
        Routes gone = serve(get("/api/v1/a"));
        serve(get("/api/v1/b"));

        router.remove(gone);

        assertThat(source("/api/v1/a").gone()).isTrue();
        assertThat(source("/api/v1/a").enter()).isFalse();
        assertThat(source("/api/v1/b").gone()).isFalse();
        now += 999;
        router.forget(Duration.ofNanos(1_000));
        assertThat(template("/api/v1/a")).isEqualTo("/api/v1/a");
        now += 1;
        router.forget(Duration.ofNanos(1_000));
        assertThat(template("/api/v1/a")).isEqualTo("nothing");
        assertThat(template("/api/v1/b")).isEqualTo("/api/v1/b");
    }

    private Source source(String path) {
        return find(path).orElseThrow().routes().get(Method.GET).source();
    }

    @Test
    void knowsTheSuccessorOfABundleThatHasGone() {
        Routes gone = serve(get("/api/v1/a"), get("/api/v1/a/old"));
        router.remove(gone);
        serve(get("/api/v1/a"));
        serve(get("/api/v1/b"));

        assertThat(source("/api/v1/a").gone()).isFalse();
        assertThat(source("/api/v1/a").cameBackWithin(Duration.ofNanos(5), 5)).isTrue();
        assertThat(source("/api/v1/a").cameBackWithin(Duration.ofNanos(5), 6)).isFalse();
        assertThat(source("/api/v1/b").cameBackWithin(Duration.ofNanos(5), 0)).isFalse();
        assertThat(source("/api/v1/a/old").gone()).isTrue();
        assertThat(router.refusals()).isZero();
    }

    @Test
    void tellsWhoeverWaitsThatRoutesHaveCome() {
        int[] told = new int[1];
        router.onAdd(() -> told[0]++);

        serve(get("/api/v1/a"));

        assertThat(told[0]).isEqualTo(1);
    }

    @Test
    void runsWhatIsToEndWithABundle() {
        Routes routes = serve(get("/api/v1/a"));
        Source source = source("/api/v1/a");
        int[] ended = new int[1];
        source.whenGone(() -> ended[0]++);

        router.remove(routes);
        source.whenGone(() -> ended[0]++);

        assertThat(ended[0]).isEqualTo(2);
    }

    @Test
    void letsNobodyTakeThePlaceOfItsOwnRoutes() {
        Route own = get("/api/v1/openapi.json");
        Router withOwn = new Router(List.of(own), () -> now);

        withOwn.add(() -> List.of(get("/api/v1/openapi.json")));

        assertThat(withOwn.routes()).containsExactly(own);
    }
}
