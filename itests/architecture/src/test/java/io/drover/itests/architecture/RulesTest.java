package io.drover.itests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule is broken once, so that a green {@link ArchitectureIT} means something. */
class RulesTest {

    private static final String API = "io.drover.api.status;version=\"[1.0,2)\"";

    @Test
    void aBundleOfContractsAndThirdPartiesBreaksNothing() {
        BuiltBundle bundle =
                bundle("kubernetes", "Import-Package", API + ",io.fabric8.kubernetes.client");

        assertThat(allOf(bundle)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    autoscaling | io.drover.kubernetes.internal;version="[1,2)" | an implementation bundle imports io.drover.api.* and third parties, never a sibling
                    conntrack | io.drover.proto.v1;version="[1,2)" | only grpc, link import io.drover.proto.*
                    conntrack | io.grpc | only grpc, link, proto import io.grpc.*
                    http | io.grpc.netty.shaded.io.netty.channel | only grpc, link, proto import io.grpc.*
                    core | io.grpc.netty.shaded.io.netty.handler.ssl | only grpc, http, link import io.grpc.netty.shaded.io.netty.handler.ssl.*
                    http | com.google.protobuf | only grpc, link, proto import com.google.*
                    autoscaling | io.fabric8.kubernetes.client | only kubernetes imports io.fabric8.*
                    core | io.prometheus.metrics.core | nobody imports io.prometheus.*
                    core | jakarta.servlet.http | only http imports jakarta.servlet.*
                    http | javax.servlet | nobody imports javax.servlet.*
                    kernel | com.sun.jna | nobody imports com.sun.jna.*
                    api | org.slf4j | api imports the JDK alone
                    api | io.drover.core.internal;version="[1,2)" | api imports the JDK alone
                    proto | io.drover.api.status;version="[1,2)" | proto imports protobuf and gRPC alone
                    grpc-runtime | io.drover.api.status;version="[1,2)" | third parties know nothing of Drover
                    launcher | io.drover.api.status;version="[1,2)" | it runs before there are bundles
                    """)
    void anImportAcrossThePictureIsNamed(String word, String imported, String rule) {
        String name = Clause.parse(imported).get(0).name();

        assertThat(ImportRules.broken(bundle(word, "Import-Package", imported)))
                .containsExactly(word + " imports " + name + ": " + rule);
    }

    @Test
    void twoBundlesMayKnowTheWire() {
        String wire = "io.drover.proto.v1;version=\"[1.0,2)\",io.grpc,com.google.protobuf";

        assertThat(ImportRules.broken(bundle("grpc", "Import-Package", wire))).isEmpty();
        assertThat(ImportRules.broken(bundle("link", "Import-Package", wire))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    io.drover.api.status | in any version
                    io.drover.api.status;version=1.0 | from 1.0 on
                    """)
    void aContractWithoutARangeOfVersionsIsNamed(String imported, String how) {
        assertThat(ImportRules.broken(bundle("core", "Import-Package", imported)))
                .containsExactly(
                        "core imports io.drover.api.status "
                                + how
                                + ": contracts are imported with a range of versions");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    core | Export-Package | io.drover.core.internal;version="1" | core exports io.drover.core.internal: an implementation bundle exports nothing
                    api | Export-Package | io.drover.api.status | api exports io.drover.api.status without a version
                    api | Export-Package | io.drover.core;version="1" | api exports io.drover.core: api is the contract
                    core | Bundle-Activator | io.drover.core.internal.Activator | core has a Bundle-Activator: an immediate component does it
                    core | Require-Bundle | org.slf4j | core has a Require-Bundle: packages are imported, not bundles
                    core | DynamicImport-Package | * | core has a DynamicImport-Package: what is needed is known when it is built
                    core | Bundle-Blueprint | x.xml | core has a Bundle-Blueprint: Declarative Services alone
                    core | Bundle-SymbolicName | io.drover.kernel | core is named io.drover.kernel: one word everywhere, io.drover.core
                    core | Fragment-Host | org.x | core is a fragment: jetty alone is part of another bundle
                    core | Import-Package | org.slf4j;resolution:=optional | core imports org.slf4j optionally: our bundles need what they import
                    grpc-runtime | Import-Package | javax.annotation;resolution:=optional | grpc-runtime imports javax.annotation optionally: it is not of the JDK, so that a later feature could bring it
                    """)
    void whatABundleNeverHasIsNamed(String word, String header, String value, String sentence) {
        assertThat(ShapeRules.broken(bundle(word, header, value))).containsExactly(sentence);
    }

    @Test
    void aRuntimeMayLackWhatOnlyTheJdkCouldHave() {
        assertThat(
                        ShapeRules.broken(
                                bundle(
                                        "grpc-runtime",
                                        "Import-Package",
                                        "javax.net.ssl;resolution:=optional,sun.misc;resolution:=optional")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    core | OSGI-INF/blueprint/core.xml | core holds OSGI-INF/blueprint/core.xml: Declarative Services alone
                    conntrack | lib/jna.jar | conntrack holds lib/jna.jar: every native call is in kernel
                    core | io/drover/core/Open.class | core holds the package io.drover.core, which is not its own
                    core | io/drover/kernel/internal/Copy.class | core holds the package io.drover.kernel.internal, which is not its own
                    api | io/drover/api/secret/Hidden.class | api does not export its package io.drover.api.secret
                    """)
    void aFileThatDoesNotBelongIsNamed(String word, String entry, String sentence) {
        assertThat(ShapeRules.broken(new BuiltBundle(word, headers(word), Set.of(entry))))
                .containsExactly(sentence);
    }

    @Test
    void kernelHoldsTheNativeLibrary() {
        BuiltBundle kernel =
                new BuiltBundle("kernel", headers("kernel"), Set.of("lib/jna.jar", "a.txt"));

        assertThat(allOf(kernel)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Bnd-LastModified | 1767225600000 | core has the header Bnd-LastModified, which differs by build
                    Built-By | me | core has the header Built-By, which differs by build
                    Created-By | 17.0.15 (Debian) | core names more than the build plugin: Created-By 17.0.15 (Debian)
                    Bundle-Version | 0.1.0.202611222118 | core has the time in its version: 0.1.0.202611222118
                    Bundle-Description | see /src/checkout/drover | core names the folder it was built in: Bundle-Description
                    """)
    void whatDiffersByBuildIsNamed(String header, String value, String sentence) {
        assertThat(ReproducibleRules.broken(bundle("core", header, value), "/src/checkout"))
                .containsExactly(sentence);
    }

    @Test
    void aClauseKeepsItsQuotedCommasAndSharesItsParameters() {
        List<Clause> clauses =
                Clause.parse("a;b;version=\"[1,2)\";resolution:=optional,c;uses:=\"d,e\"");

        assertThat(clauses).extracting(Clause::name).containsExactly("a", "b", "c");
        assertThat(clauses.get(1).parameters()).containsEntry("version", "[1,2)");
        assertThat(clauses).extracting(Clause::optional).containsExactly(true, true, false);
    }

    private static List<String> allOf(BuiltBundle bundle) {
        List<String> broken = new java.util.ArrayList<>(ImportRules.broken(bundle));
        broken.addAll(ShapeRules.broken(bundle));
        broken.addAll(ReproducibleRules.broken(bundle, "/src/checkout"));
        return broken;
    }

    private static BuiltBundle bundle(String word, String header, String value) {
        Map<String, String> headers = headers(word);
        headers.put(header, value);
        return new BuiltBundle(word, headers, Set.of());
    }

    private static Map<String, String> headers(String word) {
        return new TreeMap<>(
                Map.of(
                        "Bundle-SymbolicName", "io.drover." + word,
                        "Bundle-Version", "0.1.0.SNAPSHOT",
                        "Created-By", "Maven JAR Plugin 3.4.2"));
    }
}
