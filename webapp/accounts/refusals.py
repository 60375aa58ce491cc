"""What somebody is told who may not do something."""

from webapp.accounts.models import Membership
from webapp.accounts.rights import EDIT, MANAGE, OWN, REVIEW, SEE, Right

TOLD = {
    SEE: "see this",
    REVIEW: "review answers",
    EDIT: "change question sets, pools, profiles and runs",
    MANAGE: "manage who is in the team or read its log",
    OWN: "change experts, which belong to the whole installation",
}


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
