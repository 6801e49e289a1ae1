package io.drover.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.testing.ScriptedAutoscalers;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AutoscalingCommandsTest {

    private final ScriptedAutoscalers autoscalers = new ScriptedAutoscalers(4);
    private final AutoscalingListCommand list = new AutoscalingListCommand();
    private final AutoscalingExplainCommand explain = new AutoscalingExplainCommand();

    @BeforeEach
    void asked() {
        autoscalers.add(ScriptedAutoscalers.autoscaler("shop", "web", 3));
        autoscalers.add(ScriptedAutoscalers.autoscaler("bank", "api", 2));
        list.autoscalers = autoscalers;
        list.plain = true;
        explain.autoscalers = autoscalers;
        explain.autoscaler = "shop/web";
    }

    @Test
    void listsAutoscalersAndWhoLeads() throws Exception {
        assertThat(Captured.linesOf(list))
                .containsExactly(
                        "bank/api\tDeployment/api\t2\tTrue\t\t\tthe target is there",
                        "shop/web\tDeployment/web\t3\tTrue\t\t\tthe target is there",
                        "This replica leads.");
    }

    @Test
    void listsThoseOfOneNamespace() throws Exception {
        list.namespace = "shop";
        autoscalers.follow("replica-b");

        assertThat(Captured.linesOf(list))
                .containsExactly(
                        "shop/web\tDeployment/web\t3\tTrue\t\t\tthe target is there",
                        "replica-b leads.");
    }

    @Test
    void explainsInTheWordsOfTheApi() throws Exception {
        assertThat(Captured.linesOf(explain)).containsExactly("shop/web: stays");
    }

    @Test
    void explainsWhatWouldBe() throws Exception {
        explain.supposed = List.of("cpu=80%,memory=50%");
        explain.max = "20";

        assertThat(Captured.linesOf(explain))
                .containsExactly("shop/web would be: {cpu=80%, max=20, memory=50%}");
    }

    @Test
    void saysWhatIsWrongWithAWord() {
        explain.autoscaler = "web";
        assertThatThrownBy(explain::execute)
                .hasMessage("the autoscaler must be NAMESPACE/NAME, is web");

        explain.autoscaler = "shop/none";
        assertThatThrownBy(explain::execute).hasMessage("there is no autoscaler shop/none");

        explain.autoscaler = "shop/web";
        explain.supposed = List.of("cpu");
        assertThatThrownBy(explain::execute).hasMessage("--if needs cpu=80 or memory=80, is cpu");
    }

    @Test
    void completesTheNames() {
        AutoscalerCompleter completer = new AutoscalerCompleter();
        completer.autoscalers = autoscalers;

        assertThat(completer.names()).containsExactly("bank/api", "shop/web");
    }
}
