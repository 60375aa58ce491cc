"""What the log tells of each address, operation and command that changes something, or why not.

The one list of it: what is new fails a test until it is decided.
"""

from collections.abc import Mapping

from webapp.audit.actions import Action

READS = "reads a file anew, which nobody but whoever uploaded it sees; storing it is told"
ONES_OWN = "what somebody looks at is their own"
AGAIN = "somebody says once more who they are: nothing changes"
COMMENTS = "a comment stands under what it is about, with its author and time"
HANDED = "who has an item stands on the queue's page; what they say of it is told"
LOOKS = "what would be is shown, and nothing is stored"

Told = Action | tuple[Action, ...] | str  # or the reason

# Name of an address that something can be sent to, or that sends much away.
PAGES: Mapping[str, Told] = {
    "login": (Action.SIGNED_IN, Action.SIGN_IN_FAILED),
    "logout": Action.SIGNED_OUT,
    "join": Action.JOINED,
    "team-switch": ONES_OWN,
    "me": Action.NAME_CHANGED,
    "me-password": Action.PASSWORD_CHANGED,
    "me-tokens": Action.TOKEN_MADE,
    "me-token-revoke": Action.TOKEN_REVOKED,
    "me-sessions": Action.SESSIONS_ENDED,
    "me-session-end": Action.SESSION_ENDED,
    "me-display": ONES_OWN,
    "me-notices": ONES_OWN,
    "team-webhook": Action.WEBHOOK_CHANGED,
    "member-reset": Action.RESET_MADE,
    "account_reauthenticate": AGAIN,
    "mfa_reauthenticate": AGAIN,
    "mfa_reauthenticate_webauthn": AGAIN,
    "mfa_activate_totp": Action.FACTOR_ADDED,
    "mfa_deactivate_totp": Action.FACTOR_REMOVED,
    "mfa_add_webauthn": Action.FACTOR_ADDED,
    "mfa_remove_webauthn": Action.FACTOR_REMOVED,
    "mfa_generate_recovery_codes": Action.CODES_MADE,
    "account_email": (Action.EMAIL_CHANGED, Action.EMAIL_REMOVED),
    "account_confirm_email": Action.EMAIL_CONFIRMED,
    "socialaccount_connections": Action.ACCOUNT_DISCONNECTED,
    "openid_connect_callback": (Action.SIGNED_IN, Action.ACCOUNT_CONNECTED),
    "welcome": (Action.PASSWORD_CHANGED, Action.NAME_CHANGED),
    "member-role": Action.ROLE_CHANGED,
    "member-remove": Action.MEMBER_REMOVED,
    "member-active": (Action.DEACTIVATED, Action.ACTIVATED),
    "invite": Action.INVITED,
    "invitation-withdraw": Action.INVITATION_WITHDRAWN,
    "log-csv": Action.LOG_EXPORTED,
    "log-jsonl": Action.LOG_EXPORTED,
    "run-new": (Action.RUN_STARTED, Action.PRESET_SAVED),
    "run-preset-delete": Action.PRESET_DELETED,
    "run-preset-rename": Action.RENAMED,
    "run-about": (Action.RUN_DESCRIBED, Action.HANDED_OVER),
    "run-star": ONES_OWN,
    "run-baseline": (Action.BASELINE_SET, Action.BASELINE_UNSET),
    "view-save": Action.VIEW_SAVED,
    "view-rename": Action.VIEW_RENAMED,
    "view-delete": Action.VIEW_DELETED,
    "thing-rename": (Action.RENAMED, Action.RUN_DESCRIBED),
    "thing-archive": (Action.ARCHIVED, Action.BROUGHT_BACK),
    "thing-delete": Action.DELETED,
    "deletion-undo": Action.DELETION_UNDONE,
    "run-cancel": Action.RUN_CANCELLED,
    "run-regrade": Action.RUN_REGRADED,
    "run-scorer": Action.RUN_REGRADED,
    "run-continue": Action.RUN_CONTINUED,
    "run-retry": Action.RUN_RETRIED,
    "run-replace": (
        Action.RERUN_ASKED,
        Action.POOL_MADE,
        Action.PROFILE_STARTED,
        Action.RUN_STARTED,
    ),
    "rerun-call-off": Action.RERUN_CALLED_OFF,
    "run-responses": Action.RUN_EXPORTED,
    "run-seats": Action.RUN_EXPORTED,
    "profile-propose": Action.PROFILE_PROPOSED,
    "profile-proposal": (Action.PROFILE_ACCEPTED, Action.PROFILE_WITHDRAWN),
    "question-set-question-gold": Action.GOLDS_CORRECTED,
    "question-set-question-stands": (Action.GOLD_STANDS, Action.GOLD_DOUBTED),
    "question-set-gold-undo": Action.GOLDS_UNDONE,
    "question-set-regrade": Action.SET_REGRADED,
    "answer-review": (Action.REVIEW_GIVEN, Action.REVIEW_CHANGED),
    "answer-withdraw": Action.REVIEW_WITHDRAWN,
    "answer-rule": (Action.RULED, Action.RULING_CHANGED),
    "answer-unrule": Action.RULING_WITHDRAWN,
    "answer-undo": (Action.REVIEW_CHANGED, Action.REVIEW_WITHDRAWN, Action.REVIEW_GIVEN),
    "answer-comment": COMMENTS,
    "comment": COMMENTS,
    "comment-delete": Action.COMMENT_DELETED,
    "notices-read": ONES_OWN,
    "queue-new": Action.QUEUE_MADE,
    "queue-edit": Action.QUEUE_CHANGED,
    "queue-close": (Action.QUEUE_CLOSED, Action.QUEUE_OPENED),
    "queue-next": HANDED,
    "queue-item": (Action.REVIEW_GIVEN, Action.REVIEW_CHANGED),
    "queue-skip": HANDED,
    "queue-keep": HANDED,
    "verdicts": Action.VERDICT_ADDED,
    "verdict-change": Action.VERDICT_CHANGED,
    "verdict-retire": (Action.VERDICT_RETIRED, Action.VERDICT_BACK),
    "uncomment": Action.COMMENT_DELETED,
    "recorded-new": Action.FILE_UPLOADED,
    "recorded-look": Action.RESPONSES_STORED,
    "expert": Action.TRY_STARTED,
    "expert-presets": "shows experts to choose from: adding one is told",
    "expert-new": Action.EXPERT_ADDED,
    "expert-edit": Action.EXPERT_CHANGED,
    "pool-new": Action.POOL_MADE,
    "pool-edit": Action.POOL_CHANGED,
    "pool-replace": (Action.POOL_MADE, Action.PROFILE_STARTED),
    "pool-profile": Action.PROFILE_STARTED,
    "profile-rank": Action.RANKING_STARTED,
    "question-set-benchmark": Action.BENCHMARK_CHANGED,
    "question-set-scorer": Action.SCORER_CHANGED,
    "question-set-new": Action.FILE_UPLOADED,
    "question-set-upload-read": READS,
    "question-set-upload-answer": READS,
    "question-set-upload-use-saved": READS,
    "question-set-upload-store": (Action.SET_STORED, Action.MAPPING_SAVED),
    "question-set-upload-discard": Action.UPLOAD_DISCARDED,
}

KEPT = (Action.RENAMED, Action.ARCHIVED, Action.BROUGHT_BACK)
BASELINE = (Action.BASELINE_SET, Action.BASELINE_UNSET)

# Operation of the API that does not only read.
OPERATIONS: Mapping[str, Told] = {
    "preview_question_set": LOOKS,
    "preview_set_scorer": LOOKS,
    "preview_run_scorer": LOOKS,
    "preview_recorded_responses": LOOKS,
    "upload_question_set": (Action.SET_STORED, Action.MAPPING_SAVED),
    "set_set_scorer": Action.SCORER_CHANGED,
    "upload_recorded_responses": Action.RESPONSES_STORED,
    "add_expert": Action.EXPERT_ADDED,
    "start_try": Action.TRY_STARTED,
    "cancel_try": Action.RUN_CANCELLED,
    "make_pool": Action.POOL_MADE,
    "copy_pool": Action.POOL_MADE,
    "build_profile": Action.PROFILE_STARTED,
    "start_run": Action.RUN_STARTED,
    "cancel_run": Action.RUN_CANCELLED,
    "regrade_run": Action.RUN_REGRADED,
    "retry_run": Action.RUN_RETRIED,
    "continue_run": Action.RUN_CONTINUED,
    "start_rerun": (Action.RERUN_ASKED, Action.POOL_MADE, Action.PROFILE_STARTED),
    "call_off_rerun": Action.RERUN_CALLED_OFF,
    "correct_golds": Action.GOLDS_CORRECTED,
    "undo_corrections": Action.GOLDS_UNDONE,
    "regrade_set": Action.SET_REGRADED,
    "edit_run": (*KEPT, Action.RUN_DESCRIBED, Action.HANDED_OVER, *BASELINE),
    "edit_question_set": KEPT,
    "edit_pool": KEPT,
    "edit_profile": KEPT,
    "delete_run": Action.DELETED,
    "delete_question_set": Action.DELETED,
    "delete_pool": Action.DELETED,
    "delete_profile": Action.DELETED,
    "undo_deletion": Action.DELETION_UNDONE,
    "give_review": (Action.REVIEW_GIVEN, Action.REVIEW_CHANGED),
    "make_queue": Action.QUEUE_MADE,
    "take_queue_item": HANDED,
    "review_queue_item": (Action.REVIEW_GIVEN, Action.REVIEW_CHANGED),
}

MADE = (Action.EXPERT_ADDED, Action.POOL_MADE, Action.SET_STORED)
STARTED = (Action.PROFILE_STARTED, Action.RANKING_STARTED, Action.RUN_STARTED)

# Every command of manage.py that is the product's.
COMMANDS: Mapping[str, Told] = {
    "add_expert": Action.EXPERT_ADDED,
    "build_profile": Action.PROFILE_STARTED,
    "continue_run": Action.RUN_CONTINUED,
    "create_token": Action.TOKEN_MADE,
    "ensure_admin": Action.OWNER_MADE,
    "export_responses": Action.RUN_EXPORTED,
    "import_questions": (Action.SET_STORED, Action.MAPPING_SAVED),
    "import_responses": Action.RESPONSES_STORED,
    "list_experts": "only reads",
    "list_rights": "only reads",
    "forget_second_factors": Action.FACTOR_REMOVED,
    "load_demo": MADE,
    "make_pool": Action.POOL_MADE,
    "rank_aggregators": Action.RANKING_STARTED,
    "regrade": Action.RUN_REGRADED,
    "rerun": (Action.RERUN_ASKED, Action.POOL_MADE, Action.PROFILE_STARTED),
    "retry_run": Action.RUN_RETRIED,
    "revoke_token": Action.TOKEN_REVOKED,
    "run_demo": (*MADE, *STARTED),
    "start_run": Action.RUN_STARTED,
    "try_expert": (Action.TRY_STARTED, Action.RUN_CANCELLED),
    "try_real": (*MADE, *STARTED, Action.TRY_STARTED),
    "doctor": "only looks at the machine",
    "demo": "starts and stops the product; what it runs in it is told",
    "serve": "starts and stops the product",
}


def actions_of(told: Told) -> tuple[Action, ...]:
    if isinstance(told, Action):
        return (told,)
    return () if isinstance(told, str) else told
