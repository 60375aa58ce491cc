"""Everything that the log tells of. The one table of it: a new act has to be added here."""

from django.db.models import TextChoices


class Action(TextChoices):
    """As it is stored, and as it reads between a person and an object."""

    SIGNED_IN = "signed-in", "signed in"
    SIGN_IN_FAILED = "sign-in-failed", "failed to sign in"
    SIGNED_OUT = "signed-out", "signed out"
    PASSWORD_CHANGED = "password-changed", "changed the password of"
    NAME_CHANGED = "name-changed", "changed the name of"
    SESSIONS_ENDED = "sessions-ended", "ended the other sessions of"
    TOKEN_MADE = "token-made", "made a token"
    TOKEN_REVOKED = "token-revoked", "revoked a token"
    #
    OWNER_MADE = "owner-made", "made the first person"
    INVITED = "invited", "invited somebody"
    INVITATION_WITHDRAWN = "invitation-withdrawn", "withdrew an invitation"
    JOINED = "joined", "joined by an invitation"
    ROLE_CHANGED = "role-changed", "changed the role of"
    MEMBER_REMOVED = "member-removed", "removed from the team"
    DEACTIVATED = "deactivated", "deactivated"
    ACTIVATED = "activated", "activated"
    LOG_EXPORTED = "log-exported", "exported the log"
    #
    FILE_UPLOADED = "file-uploaded", "uploaded a file"
    UPLOAD_DISCARDED = "upload-discarded", "discarded an upload"
    SET_STORED = "set-stored", "stored a question set"
    MAPPING_SAVED = "mapping-saved", "saved a mapping"
    BENCHMARK_CHANGED = "benchmark-changed", "changed the benchmark of"
    SCORER_CHANGED = "scorer-changed", "changed the scorer of"
    RESPONSES_STORED = "responses-stored", "stored recorded responses in"
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
    RUN_CANCELLED = "run-cancelled", "cancelled"
    RUN_RETRIED = "run-retried", "retried"
    RUN_CONTINUED = "run-continued", "continued"
    RUN_REGRADED = "run-regraded", "had graded again"
    RUN_EXPORTED = "run-exported", "exported the responses of"
    PRESET_SAVED = "preset-saved", "saved a preset"
    PRESET_DELETED = "preset-deleted", "deleted a preset"
    #
    REVIEW_GIVEN = "review-given", "reviewed"
    REVIEW_CHANGED = "review-changed", "changed the review of"
    REVIEW_WITHDRAWN = "review-withdrawn", "withdrew the review of"
    REVIEW_SETTLED = "review-settled", "settled the dispute about"
    COMMENT_DELETED = "comment-deleted", "deleted a comment on"


def title_of(action: str) -> str:
    """Also of one that there is no more."""
    return str(Action(action).label) if action in Action.values else action
