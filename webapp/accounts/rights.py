"""Who may do what: the rights of each role, and the right that each address asks for.

The one table of it. What is not in it nobody may do: a new address has to be added here.
"""

from collections.abc import Mapping
from enum import StrEnum

from webapp.accounts.models import Membership, Role, Scope, Team, Token, User


class Right(StrEnum):
    SEE = "see"  # all that the team has
    REVIEW = "review"  # verdicts and comments on answers
    EDIT = "edit"  # question sets, pools, profiles, runs; tries and imports
    MANAGE = "manage"  # who is in the team; reading the log
    OWN = "own"  # what belongs to the installation: experts, endpoints


SEE, REVIEW, EDIT, MANAGE, OWN = Right
NOBODY = None  # nothing can be sent there

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.VIEWER: frozenset({SEE}),
    Role.REVIEWER: frozenset({SEE, REVIEW}),
    Role.EDITOR: frozenset({SEE, REVIEW, EDIT}),
    Role.ADMIN: frozenset({SEE, REVIEW, EDIT, MANAGE}),
}
# Scope of a token → what it lets a program do, as far as its person may.
SCOPES: Mapping[str, frozenset[Right]] = {
    Scope.READ: frozenset({SEE}),
    Scope.REVIEW: frozenset({REVIEW}),
    Scope.RUN: frozenset({EDIT}),
    Scope.ADMIN: frozenset({MANAGE, OWN}),
}

# Name of an address → the rights that opening it and sending to it ask for.
PAGES: Mapping[str, tuple[Right, Right | None]] = {
    "team-switch": (SEE, SEE),
    "account_reauthenticate": (SEE, SEE),
    "mfa_reauthenticate": (SEE, SEE),
    "mfa_reauthenticate_webauthn": (SEE, SEE),
    "mfa_index": (SEE, NOBODY),
    "mfa_activate_totp": (SEE, SEE),
    "mfa_deactivate_totp": (SEE, SEE),
    "mfa_add_webauthn": (SEE, SEE),
    "mfa_remove_webauthn": (SEE, SEE),
    "mfa_view_recovery_codes": (SEE, NOBODY),
    "mfa_generate_recovery_codes": (SEE, SEE),
    "account_email": (SEE, SEE),
    "socialaccount_connections": (SEE, SEE),
    "me": (SEE, SEE),
    "me-display": (SEE, SEE),
    "me-notices": (SEE, SEE),
    "team-webhook": (OWN, OWN),
    "me-password": (SEE, SEE),
    "me-tokens": (SEE, SEE),
    "me-token-revoke": (SEE, SEE),
    "me-sessions": (SEE, SEE),
    "me-session-end": (SEE, SEE),
    "welcome": (SEE, SEE),
    "members": (SEE, NOBODY),
    "member-role": (MANAGE, MANAGE),
    "member-remove": (MANAGE, MANAGE),
    "member-reset": (MANAGE, MANAGE),
    "member-active": (OWN, OWN),
    "invite": (MANAGE, MANAGE),
    "invitation-withdraw": (MANAGE, MANAGE),
    "log": (MANAGE, NOBODY),
    "log-csv": (MANAGE, NOBODY),
    "log-jsonl": (MANAGE, NOBODY),
    #
    "home": (SEE, NOBODY),
    "gpu": (SEE, NOBODY),
    "runs": (SEE, NOBODY),
    "run-history": (SEE, NOBODY),
    "run-compare": (SEE, NOBODY),
    "run-compare-question": (SEE, NOBODY),
    "view-save": (SEE, SEE),
    "view-rename": (SEE, SEE),
    "view-delete": (SEE, SEE),
    "thing-rename": (EDIT, EDIT),
    "thing-archive": (EDIT, EDIT),
    "thing-delete": (EDIT, EDIT),
    "deleted": (EDIT, NOBODY),
    "deletion-undo": (EDIT, EDIT),
    "run-new": (EDIT, EDIT),
    "run-routing": (EDIT, NOBODY),
    "run-offers": (EDIT, NOBODY),
    "run-preset-rename": (EDIT, EDIT),
    "run-preset-delete": (EDIT, EDIT),
    "run": (SEE, NOBODY),
    "run-live": (SEE, NOBODY),
    "run-events": (SEE, NOBODY),
    "run-figure": (SEE, NOBODY),
    "run-timeline": (SEE, NOBODY),
    "run-readings": (SEE, NOBODY),
    "run-about": (EDIT, EDIT),
    "run-star": (SEE, SEE),
    "run-baseline": (EDIT, EDIT),
    "run-cancel": (EDIT, EDIT),
    "run-regrade": (EDIT, EDIT),
    "run-scorer": (EDIT, EDIT),
    "run-continue": (EDIT, EDIT),
    "run-retry": (EDIT, EDIT),
    "run-responses": (SEE, NOBODY),
    **dict.fromkeys(("run-seats", "run-report", "run-table", "run-costs"), (SEE, NOBODY)),
    **dict.fromkeys(("compare-report", "compare-table"), (SEE, NOBODY)),
    **dict.fromkeys(("profile-report", "profile-table"), (SEE, NOBODY)),
    **dict.fromkeys(("costs", "costs-figure", "costs-table"), (SEE, NOBODY)),
    "answers": (SEE, NOBODY),
    "contributions": (SEE, NOBODY),
    "contributions-found": (SEE, NOBODY),
    "lost": (SEE, NOBODY),
    "lost-figure": (SEE, NOBODY),
    "lost-oracle": (SEE, NOBODY),
    "answer": (SEE, NOBODY),
    "answer-output": (SEE, NOBODY),
    "run-review": (REVIEW, NOBODY),
    "answer-review": (REVIEW, REVIEW),
    "answer-withdraw": (REVIEW, REVIEW),
    "answer-rule": (REVIEW, REVIEW),
    "answer-unrule": (REVIEW, REVIEW),
    "answer-undo": (REVIEW, REVIEW),
    "answer-comment": (REVIEW, REVIEW),
    "uncomment": (REVIEW, REVIEW),
    "comment": (REVIEW, REVIEW),
    "comment-delete": (REVIEW, REVIEW),
    "mine": (SEE, NOBODY),
    "notice": (SEE, NOBODY),
    "notices-read": (SEE, SEE),
    "run-reviews": (SEE, NOBODY),
    "queues": (SEE, NOBODY),
    "queue-new": (EDIT, EDIT),
    "queue": (SEE, NOBODY),
    "queue-edit": (EDIT, EDIT),
    "queue-close": (EDIT, EDIT),
    "queue-agreement": (SEE, NOBODY),
    "queue-export": (SEE, NOBODY),
    "queue-next": (REVIEW, REVIEW),
    "queue-item": (REVIEW, REVIEW),
    "queue-skip": (REVIEW, REVIEW),
    "queue-keep": (REVIEW, REVIEW),
    "verdicts": (SEE, MANAGE),
    "verdict-change": (MANAGE, MANAGE),
    "verdict-retire": (MANAGE, MANAGE),
    #
    "recorded-new": (EDIT, EDIT),
    "recorded-look": (EDIT, EDIT),
    "experts": (SEE, NOBODY),
    "expert": (SEE, EDIT),
    "expert-best": (SEE, NOBODY),
    "expert-presets": (SEE, OWN),
    "expert-new": (OWN, OWN),
    "expert-edit": (OWN, OWN),
    "pools": (SEE, NOBODY),
    "pool": (SEE, NOBODY),
    "pool-new": (EDIT, EDIT),
    "pool-edit": (EDIT, EDIT),
    "pool-replace": (EDIT, EDIT),
    "pool-asked": (SEE, NOBODY),
    "pool-advice": (SEE, NOBODY),
    "pool-advice-found": (SEE, NOBODY),
    "pool-advice-figure": (SEE, NOBODY),
    "pool-generations-figure": (SEE, NOBODY),
    "pool-profile": (EDIT, EDIT),
    "profile": (SEE, NOBODY),
    "profile-rank": (EDIT, EDIT),
    "profile-propose": (EDIT, EDIT),
    "profile-proposal": (SEE, EDIT),
    "profile-proposal-found": (SEE, NOBODY),
    "profile-cell": (SEE, NOBODY),
    "profile-changes": (SEE, NOBODY),
    "profile-compare": (SEE, NOBODY),
    "question-sets": (SEE, NOBODY),
    "question-set": (SEE, NOBODY),
    "question-set-benchmark": (EDIT, EDIT),
    "question-set-scorer": (EDIT, EDIT),
    "question-set-question-gold": (EDIT, EDIT),
    "question-set-question-stands": (EDIT, EDIT),
    "question-set-golds": (SEE, NOBODY),
    "question-set-gold-undo": (EDIT, EDIT),
    "question-set-regrade": (EDIT, EDIT),
    "question-set-lines": (SEE, NOBODY),
    "question-set-suspects": (SEE, NOBODY),
    "question-set-suspects-found": (SEE, NOBODY),
    "question-set-leaderboard": (SEE, NOBODY),
    "question-set-leaderboard-found": (SEE, NOBODY),
    "question-set-used": (SEE, NOBODY),
    "question-set-question": (SEE, NOBODY),
    "question-set-question-used": (SEE, NOBODY),
    "question-set-new": (EDIT, EDIT),
    "question-set-upload": (EDIT, NOBODY),
    "question-set-upload-read": (EDIT, EDIT),
    "question-set-upload-answer": (EDIT, EDIT),
    "question-set-upload-use-saved": (EDIT, EDIT),
    "question-set-upload-store": (EDIT, EDIT),
    "question-set-upload-discard": (EDIT, EDIT),
    "question-set-upload-problems": (EDIT, NOBODY),
}

# Operation of the API, by its name in the description → the right that it asks for.
OPERATIONS: Mapping[str, Right] = {
    "preview_question_set": EDIT,
    "list_saved_mappings": SEE,
    "upload_question_set": EDIT,
    "list_question_sets": SEE,
    "get_question_set": SEE,
    "list_questions": SEE,
    "list_corrections": SEE,
    "correct_golds": EDIT,
    "undo_corrections": EDIT,
    "regrade_set": EDIT,
    "list_suspects": SEE,
    "get_leaderboard": SEE,
    "preview_set_scorer": SEE,
    "set_set_scorer": EDIT,
    "preview_run_scorer": SEE,
    "preview_recorded_responses": EDIT,
    "upload_recorded_responses": EDIT,
    "list_log": MANAGE,
    "list_experts": SEE,
    "add_expert": OWN,
    "get_expert": SEE,
    "get_expert_profile": SEE,
    "list_tries": SEE,
    "start_try": EDIT,
    "get_try": SEE,
    "cancel_try": EDIT,
    "list_pools": SEE,
    "make_pool": EDIT,
    "copy_pool": EDIT,
    "get_pool": SEE,
    "get_pool_memory": SEE,
    "get_pool_advice": SEE,
    "get_pool_ways": SEE,
    "get_contributions": SEE,
    "list_profiles": SEE,
    "build_profile": EDIT,
    "get_profile": SEE,
    "list_runs": SEE,
    "start_run": EDIT,
    "get_run": SEE,
    "cancel_run": EDIT,
    "regrade_run": EDIT,
    "retry_run": EDIT,
    "continue_run": EDIT,
    "get_run_events": SEE,
    "get_run_results": SEE,
    "get_run_seats": SEE,
    "get_run_costs": SEE,
    "list_costs": SEE,
    "list_verdicts": SEE,
    "list_run_reviews": SEE,
    "give_review": REVIEW,
    "list_queues": SEE,
    "make_queue": EDIT,
    "get_queue": SEE,
    "list_queue_items": SEE,
    "take_queue_item": REVIEW,
    "review_queue_item": REVIEW,
    "edit_run": EDIT,
    "edit_question_set": EDIT,
    "edit_pool": EDIT,
    "edit_profile": EDIT,
    "delete_run": EDIT,
    "delete_question_set": EDIT,
    "delete_pool": EDIT,
    "delete_profile": EDIT,
    "list_deletions": EDIT,
    "undo_deletion": EDIT,
}


class May(frozenset[Right]):
    """What somebody may do; templates ask it as `may.edit`."""

    def __getattr__(self, name: str) -> bool:
        if name not in Right.__members__.values():
            raise AttributeError(name)
        return name in self


def needed_for(page: str, method: str) -> Right | None:
    """The right that a request to a page asks for; None: nobody has it.

    What nothing can be sent to answers so itself to whoever may open it.
    """
    opening, sending = PAGES.get(page, (None, None))
    return opening if method in ("GET", "HEAD", "OPTIONS") or sending is None else sending


def may(membership: Membership) -> May:
    """What a person may do in a team."""
    owned = {OWN} if membership.user.is_staff else set()
    return May(RIGHTS[Role(membership.role)] | owned)


def may_by(token: Token, membership: Membership) -> May:
    """What a program may do with a person's token: no more than the person, nor than its scopes."""
    scoped = (SCOPES[scope] for scope in token.scopes if scope in SCOPES)
    return May(may(membership) & frozenset().union(*scoped))


def reviewers_of(team: Team) -> list[User]:
    """Members who may review, by name."""
    roles = [role.value for role, rights in RIGHTS.items() if REVIEW in rights]
    rows = Membership.objects.filter(team=team, role__in=roles, user__is_active=True)
    return [row.user for row in rows.select_related("user").order_by("user__username")]


def scopes_for(membership: Membership) -> list[Scope]:
    """Those that say something for a person of that role."""
    allowed = may(membership)
    return [scope for scope in Scope if SCOPES[scope] & allowed]
