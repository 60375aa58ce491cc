"""What a run rests on may not be archived when it starts, nor be deleted while it does."""

from webapp.execution.errors import RunRefused
from webapp.things.holding import Gone, hold
from webapp.things.models import Thing


def check_current(*things: Thing | None) -> None:
    """Raises RunRefused where one of them is archived."""
    for thing in things:
        if thing is not None and thing.archived:
            raise RunRefused(f"{thing} is archived: bring it back first, or choose another.")


def hold_all(*things: Thing | None) -> None:
    """Until the caller's transaction ends. Raises RunRefused where one of them is deleted."""
    try:
        hold(*things)
    except Gone as error:
        raise RunRefused(str(error)) from None
