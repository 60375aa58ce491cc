"""Everything that the log tells of. The one table of it: a new act has to be added here."""

from django.db.models import TextChoices


class Action(TextChoices):
    """As it is stored, and as it reads after a person's name."""

    SIGNED_IN = "signed-in", "signed in"
    SIGN_IN_FAILED = "sign-in-failed", "failed to sign in"
    SIGNED_OUT = "signed-out", "signed out"
    PASSWORD_CHANGED = "password-changed", "changed a password"
    NAME_CHANGED = "name-changed", "changed a name"
    SESSIONS_ENDED = "sessions-ended", "ended other sessions"
    TOKEN_MADE = "token-made", "made a token"
    TOKEN_REVOKED = "token-revoked", "revoked a token"
    #
    OWNER_MADE = "owner-made", "made the first person"
    INVITED = "invited", "invited somebody"
    INVITATION_WITHDRAWN = "invitation-withdrawn", "withdrew an invitation"
    JOINED = "joined", "joined a team"
    ROLE_CHANGED = "role-changed", "changed a role"
    MEMBER_REMOVED = "member-removed", "removed a member"
    DEACTIVATED = "deactivated", "deactivated a person"
    ACTIVATED = "activated", "activated a person"
    LOG_EXPORTED = "log-exported", "exported the log"
    #
    FILE_UPLOADED = "file-uploaded", "uploaded a file"
    UPLOAD_DISCARDED = "upload-discarded", "discarded an upload"
    SET_STORED = "set-stored", "stored a question set"
    MAPPING_SAVED = "mapping-saved", "saved a mapping"
    BENCHMARK_CHANGED = "benchmark-changed", "changed a benchmark"
    SCORER_CHANGED = "scorer-changed", "changed a scorer"
    RESPONSES_STORED = "responses-stored", "stored recorded responses"
    #
    EXPERT_ADDED = "expert-added", "added an expert"
    EXPERT_CHANGED = "expert-changed", "changed an expert"
    POOL_MADE = "pool-made", "made a pool"
    POOL_CHANGED = "pool-changed", "changed a pool"
    #
    RUN_STARTED = "run-started", "started a run"
    PROFILE_STARTED = "profile-started", "started a profile"
    RANKING_STARTED = "ranking-started", "started a ranking"
    TRY_STARTED = "try-started", "tried an expert"
    RUN_CANCELLED = "run-cancelled", "cancelled a run"
    RUN_RETRIED = "run-retried", "retried a run"
    RUN_CONTINUED = "run-continued", "continued a run"
    RUN_REGRADED = "run-regraded", "had a run graded again"
    RUN_EXPORTED = "run-exported", "exported a run"
    PRESET_SAVED = "preset-saved", "saved a preset"
    PRESET_DELETED = "preset-deleted", "deleted a preset"
    #
    GOLDS_CORRECTED = "golds-corrected", "corrected gold answers"
    GOLDS_UNDONE = "golds-undone", "undid corrections of gold answers"
    GOLD_STANDS = "gold-stands", "found a gold answer right"
    GOLD_DOUBTED = "gold-doubted", "took back that a gold answer is right"
    SET_REGRADED = "set-regraded", "had a set's runs graded again"
    PROFILE_PROPOSED = "profile-proposed", "proposed a profile's version"
    PROFILE_ACCEPTED = "profile-accepted", "accepted a profile's version"
    PROFILE_WITHDRAWN = "profile-withdrawn", "withdrew a profile's version"
    #
    REVIEW_GIVEN = "review-given", "reviewed an answer"
    REVIEW_CHANGED = "review-changed", "changed a review"
    REVIEW_WITHDRAWN = "review-withdrawn", "withdrew a review"
    RULED = "ruled", "ruled on an answer"
    RULING_CHANGED = "ruling-changed", "changed a ruling"
    RULING_WITHDRAWN = "ruling-withdrawn", "withdrew a ruling"
    QUEUE_MADE = "queue-made", "made a review queue"
    QUEUE_CHANGED = "queue-changed", "changed a review queue"
    QUEUE_CLOSED = "queue-closed", "closed a review queue"
    QUEUE_OPENED = "queue-opened", "opened a review queue again"
    VERDICT_ADDED = "verdict-added", "added a verdict"
    VERDICT_CHANGED = "verdict-changed", "changed a verdict"
    VERDICT_RETIRED = "verdict-retired", "retired a verdict"
    VERDICT_BACK = "verdict-back", "brought a verdict back"
    COMMENT_DELETED = "comment-deleted", "deleted a comment"


def title_of(action: str) -> str:
    """Also of one that there is no more."""
    return str(Action(action).label) if action in Action.values else action
