package io.drover.security.internal.guard;

import io.drover.api.security.Caller;
import io.drover.api.security.Scope;
import io.drover.security.internal.token.Known;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Clients that need no token, as their certificate says who they are.
 *
 * @param scopes what each may do, by the common name of the certificate's subject
 */
public record ClientNames(Map<String, Set<Scope>> scopes) {

    public ClientNames {
        scopes = Map.copyOf(scopes);
    }

    /**
     * Who shows this chain, which TLS has verified.
     *
     * @return empty when nothing is said of them
     */
    Optional<Caller> callerOf(List<X509Certificate> peer) {
        if (peer.isEmpty() || scopes.isEmpty()) {
            return Optional.empty();
        }
        return commonName(peer.get(0))
                .filter(scopes::containsKey)
                .map(name -> Known.callerWith("certificate:" + name, scopes.get(name)));
    }

    private static Optional<String> commonName(X509Certificate leaf) {
        try {
            LdapName subject = new LdapName(leaf.getSubjectX500Principal().getName());
            List<String> names =
                    subject.getRdns().stream()
                            .filter(part -> part.getType().equalsIgnoreCase("CN"))
                            .map(Rdn::getValue)
                            .filter(String.class::isInstance)
                            .map(String.class::cast)
                            .toList();
            // Two common names: nobody can say which one the authority meant.
            return names.size() == 1 ? Optional.of(names.get(0)) : Optional.empty();
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }
}
