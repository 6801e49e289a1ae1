package io.drover.autoscaling.internal.decide;

/**
 * The words of conditions and events. Those of the reference's vocabulary keep their spelling:
 * users have alerts on them.
 */
public final class Reason {

    public static final String INVALID_TARGET_REF = "InvalidTargetRef";
    public static final String INVALID_SPEC = "InvalidSpec";
    public static final String UNSUPPORTED_TARGET_KIND = "UnsupportedTargetKind";
    public static final String TARGET_NOT_FOUND = "TargetNotFound";
    public static final String SCALING_DISABLED = "ScalingDisabled";

    public static final String RECOMMENDATION_ERROR = "RecommendationError";
    public static final String SCALE_FAILED = "ScaleFailed";
    public static final String POLICY_RESTRICTED = "PolicyRestricted";
    public static final String LOCALLY_PAUSED = "LocallyPaused";
    public static final String LIMIT_REACHED = "ClusterAutoscalerLimitReached";
    public static final String SUCCESSFUL_SCALE = "SuccessfulScale";
    public static final String FAILED_SCALE = "FailedScale";

    /** Ours: the agent's account may not read the target. */
    public static final String TARGET_FORBIDDEN = "TargetForbidden";

    /** Ours: somebody else scales the target, so that nothing is written. */
    public static final String TARGET_CONTESTED = "TargetContested";

    /** Ours: what all autoscalers together may change is used up. */
    public static final String BUDGET_LIMITED = "BudgetLimited";

    /** Ours: the configuration stops all changes. */
    public static final String CLUSTER_FROZEN = "ClusterFrozen";

    public static final String FORCED_BY_ANNOTATION = "ForcedByAnnotation";
    public static final String LIMITED_BY_CONSTRAINT = "LimitedByConstraint";
    public static final String RESIZE_SUCCESSFUL = "ResizeSuccessful";

    /** Ours: a pod does not get the requests that are wanted. */
    public static final String RESIZE_FAILED = "ResizeFailed";

    /** Ours: fields that nothing is done with. */
    public static final String NOT_SUPPORTED = "NotSupported";

    /** Ours: all is well, the target is there. Of events alone; a condition that holds has none. */
    public static final String TARGET_FOUND = "TargetFound";

    private Reason() {}
}
