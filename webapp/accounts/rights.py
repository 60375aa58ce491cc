"""Who may do what: the rights of each role, and the right that each address asks for.

The one table of it. What is not in it nobody may do: a new address has to be added here.
"""

from collections.abc import Mapping
from enum import StrEnum

from webapp.accounts.models import Membership, Role, Scope, Token


class Right(StrEnum):
    SEE = "see"  # all that the team has
    REVIEW = "review"  # verdicts and comments on answers
    EDIT = "edit"  # question sets, pools, profiles, runs; tries and imports
    MANAGE = "manage"  # who is in the team
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

# What a person is told who may not.
TOLD = {
    SEE: "see this",
    REVIEW: "review answers",
    EDIT: "change question sets, pools, profiles and runs",
    MANAGE: "manage who is in the team",
    OWN: "change experts, which belong to the whole installation",
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
    #
    "home": (SEE, NOBODY),
    "gpu": (SEE, NOBODY),
    "runs": (SEE, NOBODY),
    "run-history": (SEE, NOBODY),
    "run-compare": (SEE, NOBODY),
    "run-new": (EDIT, EDIT),
    "run-routing": (EDIT, NOBODY),
    "run-preset-delete": (EDIT, EDIT),
    "run": (SEE, NOBODY),
    "run-live": (SEE, NOBODY),
    "run-events": (SEE, NOBODY),
    "run-figure": (SEE, NOBODY),
    "run-timeline": (SEE, NOBODY),
    "run-readings": (SEE, NOBODY),
    "run-cancel": (EDIT, EDIT),
    "run-regrade": (EDIT, EDIT),
    "run-scorer": (EDIT, EDIT),
    "run-continue": (EDIT, EDIT),
    "run-retry": (EDIT, EDIT),
    "run-responses": (SEE, NOBODY),
    "answers": (SEE, NOBODY),
    "lost": (SEE, NOBODY),
    "lost-figure": (SEE, NOBODY),
    "answer": (SEE, NOBODY),
    "run-review": (REVIEW, NOBODY),
    "answer-review": (REVIEW, REVIEW),
    "answer-withdraw": (REVIEW, REVIEW),
    "answer-settle": (REVIEW, REVIEW),
    "answer-comment": (REVIEW, REVIEW),
    "uncomment": (REVIEW, REVIEW),
    #
    "recorded-new": (EDIT, EDIT),
    "recorded-look": (EDIT, EDIT),
    "experts": (SEE, NOBODY),
    "expert": (SEE, EDIT),
    "expert-presets": (SEE, OWN),
    "expert-new": (OWN, OWN),
    "expert-edit": (OWN, OWN),
    "pools": (SEE, NOBODY),
    "pool": (SEE, NOBODY),
    "pool-new": (EDIT, EDIT),
    "pool-edit": (EDIT, EDIT),
    "pool-profile": (EDIT, EDIT),
    "profile": (SEE, NOBODY),
    "profile-rank": (EDIT, EDIT),
    "profile-cell": (SEE, NOBODY),
    "profile-changes": (SEE, NOBODY),
    "profile-compare": (SEE, NOBODY),
    "question-sets": (SEE, NOBODY),
    "question-set": (SEE, NOBODY),
    "question-set-benchmark": (EDIT, EDIT),
    "question-set-scorer": (EDIT, EDIT),
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
    "preview_set_scorer": SEE,
    "set_set_scorer": EDIT,
    "preview_run_scorer": SEE,
    "preview_recorded_responses": EDIT,
    "upload_recorded_responses": EDIT,
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
    "get_pool": SEE,
    "get_pool_memory": SEE,
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


def scopes_for(membership: Membership) -> list[Scope]:
    """Those that say something for a person of that role."""
    allowed = may(membership)
    return [scope for scope in Scope if SCOPES[scope] & allowed]


def refusal(membership: Membership, needed: Right | None) -> str:
    """What somebody is told who may not."""
    if needed is OWN:
        return f"You may not {TOLD[OWN]}: ask whoever runs this installation."
    what = TOLD[needed] if needed else "do this"
    return (
        f"You are {_article(membership.role)} in {membership.team}, and may not {what}: ask one of"
        " the team's admins."
    )


def _article(role: str) -> str:
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role}"
