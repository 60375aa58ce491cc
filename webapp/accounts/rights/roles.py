"""The rights there are, and which a role and a token's scope give."""

from collections.abc import Mapping
from enum import StrEnum

from webapp.accounts.models import Role, Scope


class Right(StrEnum):
    SEE = "see"  # all that the team has
    REVIEW = "review"  # verdicts and comments on answers
    EDIT = "edit"  # question sets, pools, profiles, runs; tries and imports
    MANAGE = "manage"  # who is in the team; reading the log
    OWN = "own"  # what belongs to the installation: experts, endpoints


SEE, REVIEW, EDIT, MANAGE, OWN = Right

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
