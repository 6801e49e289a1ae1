package io.drover.http.internal.serve;

import io.drover.api.http.Endpoint;
import io.drover.http.internal.listen.Binding;
import io.drover.http.internal.route.Gate;
import io.drover.http.internal.route.Verdict;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import org.osgi.service.servlet.context.ServletContextHelper;

/**
 * The context of one listener: no servlet in it is reached without the check. A filter would not
 * do: it comes to the whiteboard after the servlet.
 */
final class EndpointContext extends ServletContextHelper {

    private final Endpoint endpoint;
    private final Gate gate;
    private final Meter meter;
    private final IntSupplier maxBodyBytes;

    EndpointContext(Endpoint endpoint, Gate gate, Meter meter, IntSupplier maxBodyBytes) {
        this.endpoint = endpoint;
        this.gate = gate;
        this.meter = meter;
        this.maxBodyBytes = maxBodyBytes;
    }

    @Override
    public boolean handleSecurity(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        List<String> authorizations = Collections.list(request.getHeaders("Authorization"));
        Verdict verdict =
                gate.judge(
                        endpoint,
                        request.isSecure(),
                        request.getMethod(),
                        request.getRequestURI(),
                        authorizations);
        if (verdict instanceof Verdict.Admitted admitted) {
            request.setAttribute(
                    Exchange.ATTRIBUTE,
                    new Exchange(endpoint, admitted, meter, maxBodyBytes.getAsInt()));
            return true;
        }
        refuse(request, response, (Verdict.Refused) verdict);
        return false;
    }

    private void refuse(
            HttpServletRequest request, HttpServletResponse response, Verdict.Refused refused)
            throws IOException {
        long sent =
                Answer.problem(
                        request,
                        response,
                        refused.status(),
                        refused.detail(),
                        Map.of(),
                        refused.headers());
        meter.refused(
                Binding.word(endpoint), refused.why(), request.getMethod(), refused.status(), sent);
    }

    /** This context has no files. */
    @Override
    public Set<String> getResourcePaths(String path) {
        return null;
    }
}
