"""What a response states, and how that was found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """An answer, or None, with the name of the rule that found it or refused it; blank: none."""

    answer: str | None
    rule: str


NOTHING = Reading(None, "")
SEVERAL_CHOSEN = Reading(None, "two options where one is asked")
TAKEN_BACK = Reading(None, "an answer that is taken back")
