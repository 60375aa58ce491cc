"""The kinds of things, by what they are called in addresses and in words."""

from collections.abc import Mapping

from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.runs.models import Profile, Run

Named = QuestionSet | Pool | Profile | Run

KINDS: Mapping[str, type[Named]] = {
    "question-sets": QuestionSet,
    "pools": Pool,
    "profiles": Profile,
    "runs": Run,
}
WORDS: Mapping[type[Named], str] = {
    QuestionSet: "question set",
    Pool: "pool",
    Profile: "profile",
    Run: "run",
}


class KeepingRefused(ValueError):
    """What cannot be done with a thing; the message says why and what to do."""


def word_of(thing: Named) -> str:
    return WORDS[type(thing)]


def called(thing: Named) -> str:
    """As people know it: of a run, with its title."""
    return thing.heading if isinstance(thing, Run) else str(thing)
