"""Question sets from files, for the form, the command, the API and the demo: stored whole, or not
at all."""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from moe_core.benchmarks import BENCHMARKS
from moe_core.errors import ScorerError
from moe_core.scorers import check_scoring
from moe_core.values import FOUND, Scoring
from webapp.accounts.models import Team, User
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.db import statistics
from webapp.db.bulk import insert_json
from webapp.files import room
from webapp.files.errors import FileRefused, RowError, listed
from webapp.files.read_in_child import Chunked, FileRead, read_file
from webapp.files.tables import NO_TEXT
from webapp.questions.benchmarks import CHOOSABLE, GUESS, NONE, guessed, misfits
from webapp.questions.models import Question, QuestionSet
from webapp.questions.reading.columns import described
from webapp.questions.reading.mapping import check_mapping, how_of
from webapp.questions.saved import checked_name, save_mapping

READER = "webapp.questions.reading.reader:QuestionReader"
SEED = 0  # shuffles the options of files that tell the correct one apart
COLUMNS = ("row", "key", "text", "options", "gold", "alternatives", "category", "messages")


@dataclass(frozen=True)
class TakenQuestions:
    """A stored set, and what to know of it. `errors` are the first 1,000 of `bad_rows` left out."""

    question_set: QuestionSet
    reading: str  # which columns were taken for what, in words
    warnings: list[str]
    errors: list[RowError]
    bad_rows: int


def take_questions(
    team: Team,
    user: User | None,
    file: Path | Chunked,
    filename: str,
    *,
    name: str,
    kind: str,
    mapping: Mapping[str, Any] | None = None,
    benchmark: str = GUESS,
    skip_bad_rows: bool = False,
    save_mapping_as: str = "",
    scoring: Scoring = FOUND,
) -> TakenQuestions:
    """Read a file and store it as a question set. An empty name means the file's.

    The mapping that it was read by is kept under the name `save_mapping_as`, if there is one.
    Raises FileRefused for whatever cannot be taken; nothing is stored then.
    """
    room.check()
    mapping = {} if mapping is None else mapping
    check_mapping(mapping)
    name = _checked_name(team, name or PurePath(filename).stem[:100])
    kind = _checked_kind(kind)
    benchmark = _checked_benchmark(benchmark)
    scoring = _checked_scoring(scoring)
    save_mapping_as = checked_name(save_mapping_as) if save_mapping_as else ""
    with read_questions(file, filename, mapping) as read:
        reading = described(read.format, read.columns, read.unused)
        _check_rows(read, filename, reading, skip_bad_rows)
        _check_parts(read, filename)
        warnings = _warnings(team, read)
        given = {"team": team, "created_by": user, "name": name, "kind": kind}
        given |= {"scorer": scoring.scorer, "pattern": scoring.pattern}
        if benchmark == GUESS:
            benchmark = guessed(read.columns, filename)
            warnings += [_taken_for(benchmark)] if benchmark else []
        given["benchmark"] = "" if benchmark == NONE else benchmark
        made = _store(read, filename=filename, **given)
        if save_mapping_as:
            save_mapping(team, save_mapping_as, read.told["mapping"])
        warnings += misfits(made)
        return TakenQuestions(made, reading, warnings, read.errors, read.bad_rows)


def read_questions(
    file: Path | Chunked, filename: str, mapping: Mapping[str, Any]
) -> AbstractContextManager[FileRead]:
    """What a file holds, as it would be stored. Raises FileRefused."""
    check_mapping(mapping)
    how = {
        "how": how_of(mapping),
        "mapping": dict(mapping),
        "seed": SEED,
        "longest": settings.QUESTION_LIMIT_CHARACTERS,
    }
    return read_file(file, filename, READER, how)


def _check_rows(read: FileRead, filename: str, reading: str, skip_bad_rows: bool) -> None:
    if not read.bad_rows or (skip_bad_rows and read.size):
        return
    what = (
        "No row of the file can be taken: put the rows right first."
        if skip_bad_rows
        else f"{read.bad_rows:,} of the {read.bad_rows + read.size:,} rows cannot be taken, so"
        " nothing was stored: put them right, or ask for the good rows only."
    )
    raise FileRefused(
        f"{filename}: {what} {read.errors[0]} The file was read as {reading}.",
        read.errors,
        bad_rows=read.bad_rows,
    )


def _check_parts(read: FileRead, filename: str) -> None:
    """Raises FileRefused where a part of the question would be dropped without a word."""
    parts: list[str] = read.told["parts"]
    if not parts:
        return
    one = len(parts) == 1
    raise FileRefused(
        f"{filename}: the column{'' if one else 's'} {listed(parts)} look{'s' if one else ''} like"
        " a part of the question and would be left out, so nothing was stored: map"
        f' {"it" if one else "them"} as “passage”, or say {{"ignored": {json.dumps(parts[:20])}}}'
        " in the mapping.",
        field="mapping",
    )


def _warnings(team: Team, read: FileRead) -> list[str]:
    found = list(read.warnings)
    if read.unused:
        found.append(f"Not used: {listed(read.unused)}.")
    if read.bad_rows:
        found.append(f"{read.bad_rows:,} row{' was' if read.bad_rows == 1 else 's were'} left out.")
    same = QuestionSet.objects.filter(team=team, sha256=read.sha256).first()
    if same is not None:
        found.append(f"The same file is stored already, as {same.name!r}.")
    return found


def _store(read: FileRead, *, filename: str, **given: Any) -> QuestionSet:
    made = QuestionSet(
        filename=NO_TEXT.sub("", filename)[-255:],
        format=read.format,
        columns=read.columns,
        unused=read.unused,
        seed=SEED if read.told["shuffled"] else None,
        sha256=read.sha256,
        size=read.size,
        **given,
    )
    try:
        with transaction.atomic():
            made.save()
            insert_json(Question, COLUMNS, read.lines(), question_set=made.pk)
            told = {"file": made.filename, "kind": made.kind, "benchmark": made.benchmark}
            record(Action.SET_STORED, made, questions=made.size, left_out=read.bad_rows, **told)
    except IntegrityError:  # somebody took the name since it was checked
        raise _taken(made.name) from None
    statistics.renew(Question)
    return made


def _checked_name(team: Team, name: str) -> str:
    name = NO_TEXT.sub("", name).strip()
    if not 1 <= len(name) <= 100:
        raise FileRefused("Give the question set a name of 1 to 100 characters.", field="name")
    if QuestionSet.objects.filter(team=team, name=name).exists():
        raise _taken(name)
    return name


def _checked_kind(kind: str) -> str:
    if kind not in QuestionSet.Kind.values:
        raise FileRefused(
            f"The kind is {kind!r}: choose one of {', '.join(QuestionSet.Kind)}.", field="kind"
        )
    return kind


def _checked_scoring(scoring: Scoring) -> Scoring:
    try:
        check_scoring(scoring)
    except ScorerError as error:
        raise FileRefused(str(error), field=error.field) from None
    return scoring


def _checked_benchmark(name: str) -> str:
    if name not in CHOOSABLE:
        raise FileRefused(
            f"The benchmark is {name!r}: choose one of {', '.join(CHOOSABLE)}.", field="benchmark"
        )
    return name


def _taken_for(benchmark: str) -> str:
    return (
        f"It was taken for {BENCHMARKS[benchmark].title}, in whose wording its questions are asked."
        " If it is none, choose another benchmark, or none."
    )


def _taken(name: str) -> FileRefused:
    return FileRefused(
        f"There is a question set called {name!r} already: choose another name.", field="name"
    )
