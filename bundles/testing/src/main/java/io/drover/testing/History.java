package io.drover.testing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Judges what happened: the writes as the API server's audit log has them, in the order of their
 * resource versions (etcd's revisions: one order for Leases and objects alike), and the decisions
 * as the candidates' journals have them. Pure.
 */
public final class History {

    private final Map<Long, Write> writes = new TreeMap<>();
    private final NavigableMap<Long, Claim> claims = new TreeMap<>();
    private final Set<String> decisions = new HashSet<>();

    /**
     * A write that the API server did.
     *
     * @param version that it made
     * @param base that it was made from
     * @param count how many writes the object has had with it
     */
    public record Write(
            String object, long version, long base, long count, long term, String decision) {}

    /** A version of a Lease, which its uid names. */
    public record Claim(long version, String lease, String holder, long term) {}

    /**
     * The judgement.
     *
     * @param findings what must not be; empty when all is well
     * @param terms how many terms there were
     * @param writes how many writes
     * @param late writes that arrived after another term had begun, on objects that it had not
     *     written yet: allowed, because they were made from the newest version
     * @param unlogged writes that are in an object's history but not in the audit log: the API
     *     server was killed between the two
     */
    public record Verdict(List<String> findings, int terms, int writes, int late, int unlogged) {}

    /** One write. */
    public void write(Write write) {
        writes.put(write.version, write);
    }

    /** One version of a Lease. */
    public void claim(Claim claim) {
        claims.put(claim.version, claim);
    }

    /** One decision of a candidate, as its own journal has it. */
    public void decision(String id, long term, String object, long base) {
        decisions.add(id + " " + term + " " + object + " " + base);
    }

    /** The judgement of all that was told. */
    public Verdict judge() {
        List<String> findings = new ArrayList<>();
        Map<String, Write> newest = new TreeMap<>();
        Set<Long> terms = new HashSet<>();
        int late = 0;
        int unlogged = 0;
        for (Write write : writes.values()) {
            terms.add(write.term);
            String decision =
                    write.decision + " " + write.term + " " + write.object + " " + write.base;
            if (!decisions.contains(decision)) {
                findings.add("a write without a decision: " + write);
            }
            Write before = newest.put(write.object, write);
            if (before != null) {
                unlogged += (int) (write.count - before.count - 1);
                check(before, write, findings);
            }
            if (write.term < termAt(write.version)) {
                late++;
            }
        }
        checkTerms(findings);
        claims.values().stream()
                .filter(claim -> !claim.holder.isEmpty())
                .forEach(claim -> terms.add(claim.term));
        return new Verdict(findings, terms.size(), writes.size(), late, unlogged);
    }

    private static void check(Write before, Write write, List<String> findings) {
        if (write.term < before.term) {
            findings.add("two terms write one object in overlap: " + before + ", then " + write);
        }
        if (write.count <= before.count) {
            findings.add("a write from a stale cache: " + write + " after " + before);
        }
        if (write.count == before.count + 1 && write.base != before.version) {
            findings.add("a write from a stale cache: " + write + " after " + before);
        }
    }

    /** Each term has one holder, and terms follow each other. */
    private void checkTerms(List<String> findings) {
        Map<String, String> holders = new TreeMap<>();
        Map<String, Long> newest = new TreeMap<>();
        for (Claim claim : claims.values()) {
            Long before = newest.put(claim.lease, claim.term);
            if (before != null && claim.term < before) {
                findings.add("a term that was over came back: " + claim);
            }
            if (claim.holder.isEmpty()) {
                continue;
            }
            String other = holders.putIfAbsent(claim.lease + " " + claim.term, claim.holder);
            if (other != null && !other.equals(claim.holder)) {
                findings.add("one term with two holders: " + claim + " and " + other);
            }
        }
    }

    /** The term of the newest claim before a version. */
    private long termAt(long version) {
        Map.Entry<Long, Claim> claim = claims.floorEntry(version);
        return claim == null ? -1 : claim.getValue().term;
    }
}
