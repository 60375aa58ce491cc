"""Which benchmark a question set is of, guessed from its file or told, and what does not fit."""

import re
from collections.abc import Mapping

from moe_core.benchmarks import BENCHMARKS
from webapp.plural import counted
from webapp.questions.models import QuestionSet
from webapp.questions.reading.conventions import PAPERS_FILES, name_of

GUESS, NONE = "guess", "none"
CHOOSABLE = (GUESS, NONE, *BENCHMARKS)
# A convention of columns goes by the title of the benchmark that it is of.
_TOLD = {b.title: b.name for b in BENCHMARKS.values() if b.is_told_by_columns}
_SHARED = {b.title for b in BENCHMARKS.values() if not b.is_told_by_columns} | {PAPERS_FILES}


def guessed(columns: Mapping[str, str | list[str]], filename: str) -> str:
    """The benchmark that a file's columns tell, where need be with its name; empty: none."""
    convention = name_of(columns)
    if convention in _SHARED:
        letters = re.sub(r"[^a-z]", "", filename.lower())
        named = [name for name in BENCHMARKS if name.replace("-", "") in letters]
        return named[0] if len(named) == 1 else ""
    return _TOLD.get(convention, "")


def misfits(questions: QuestionSet) -> list[str]:
    """What people should know of a set that is not like its benchmark."""
    if not questions.benchmark:
        return []
    benchmark = BENCHMARKS[questions.benchmark]
    is_open = questions.questions.filter(options=[])
    if benchmark.options:
        count, what = is_open.count(), f"no options, and those of {benchmark.title} have"
    else:
        count = questions.size - is_open.count()
        what = f"options, and those of {benchmark.title} have none"
    if not count:
        return []
    return [
        f"{counted(count, 'question has', 'questions have')} {what}: is it the right benchmark?"
    ]
