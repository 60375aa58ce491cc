"""In which words the questions of a set are put: its benchmark's, or a team's own for it.

SKILLMOE_WORDINGS names a JSON file of templates, or a folder of them. `paper.json` takes the place
of the paper's wording, `mmlu-pro.json` is for that benchmark alone. A set without a benchmark is
always asked in the plain wording.
"""

import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from moe_core.benchmarks import BENCHMARKS
from moe_core.errors import WordingError
from moe_core.wordings import PAPER, PLAIN, WORDINGS, Wording, templates_from, wording_of
from webapp.questions.models import QuestionSet

NAMES = (PAPER.name, *BENCHMARKS)  # of files
LARGEST = 1024 * 1024  # bytes


def wording_for(questions: QuestionSet) -> Wording:
    """The most particular one that there is."""
    if not questions.benchmark:
        return PLAIN
    benchmark, own = BENCHMARKS[questions.benchmark], _own(settings.WORDINGS)
    usual = own.get(benchmark.wording) or WORDINGS[benchmark.wording]
    return own.get(benchmark.name) or usual


def check_wordings() -> None:
    """Raises ImproperlyConfigured when a team's own wordings cannot be used."""
    _own(settings.WORDINGS)


@lru_cache(maxsize=4)  # read once: every prompt of a process is in the same words
def _own(place: str) -> dict[str, Wording]:
    """Name → wording, of a file or a folder; none when no place is set."""
    if not place:
        return {}
    path = Path(place)
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not files:
        raise _refused(path, "holds no .json file: put paper.json into it")
    return {file.stem: _read(file) for file in files}


def _read(file: Path) -> Wording:
    if file.stem not in NAMES:
        raise _refused(file, f"is for nothing known: call it one of {', '.join(NAMES)}, with .json")
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise _refused(file, "has more than 1 MB: templates are short texts")
        return wording_of(file.stem, templates_from(json.loads(content)))
    except WordingError as error:
        raise _refused(file, str(error)) from None
    except (ValueError, RecursionError) as error:
        raise _refused(file, f"is no JSON ({error}): give an object of texts") from None
    except OSError as error:
        raise _refused(file, f"cannot be read: {error.strerror or error}") from None


def _refused(path: Path, why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"SKILLMOE_WORDINGS: {path} {why}")
