package io.drover.security.internal.certificate;

import io.drover.api.security.ClientTrust;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What the certificate shall be, and what is asked of clients.
 *
 * @param leafLifetime from the issue of a leaf to its end
 * @param extraNames what it is valid for beside the host itself
 * @param placed where somebody else's certificate lies; empty for one of our own
 * @param expiryWarning how long before the end of somebody else's certificate to complain
 * @param clientAuth whether clients must show a certificate
 * @param clientAuthority who may have issued it; there unless nothing is asked
 * @param clusterAuthority who issues the certificates of other agents; empty for our own authority
 */
public record CertificateRules(
        Duration leafLifetime,
        Set<SubjectName> extraNames,
        Optional<PlacedCertificate.Files> placed,
        Duration expiryWarning,
        ClientTrust.Mode clientAuth,
        Optional<Path> clientAuthority,
        Optional<Path> clusterAuthority) {}
