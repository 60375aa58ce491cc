"""Importing recorded responses: the models in a file become experts of engine `recorded`.

Stored whole or not at all. Looking at a file first does all that storing does, and takes it back.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from webapp.accounts.models import Team, User
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.db import locks, statistics
from webapp.db.locks import Lock
from webapp.db.rows import executed, fetched
from webapp.experts.engines import RECORDED
from webapp.experts.models import Expert, Pool
from webapp.files import room
from webapp.files.errors import FileRefused, RowError
from webapp.files.read_in_child import Chunked, FileRead, read_file
from webapp.questions.models import QuestionSet
from webapp.queue import events
from webapp.recorded import incoming
from webapp.recorded.mapping import check_mapping, kept_sample
from webapp.recorded.own_questions import NewSet, make_set
from webapp.recorded.shapes import shape_of
from webapp.recorded.told import told_changes, told_gaps, told_rest, told_samples
from webapp.runs.models import RecordedResponse
from webapp.things.holding import Gone, hold

READER = "webapp.recorded.reader:ResponseReader"
MOST_MODELS = 1000  # in one file

_STORE = """
    INSERT INTO runs_recordedresponse (expert_id, question_id, output)
    SELECT e.id, m.question_id, m.output FROM matched m
    JOIN unnest(%s::text[], %s::bigint[]) AS e(model, id) ON e.model = m.model
    ON CONFLICT DO NOTHING
"""
_THERE = """
    SELECT m.line, m.model, q.key, r.output = m.output
    FROM matched m
    JOIN unnest(%s::text[], %s::bigint[]) AS e(model, id) ON e.model = m.model
    JOIN runs_recordedresponse r ON r.expert_id = e.id AND r.question_id = m.question_id
    JOIN questions_question q ON q.id = m.question_id
    ORDER BY m.line
"""


@dataclass(frozen=True)
class TakenResponses:
    """What was stored, or would be, and what to know about it."""

    pool: Pool
    question_set: QuestionSet
    read_as: str  # the shape of the log
    matched_by: incoming.By
    models: Sequence[tuple[str, int]]  # with how many responses of each are matched
    responses: int  # new ones
    unchanged: int  # that were there already, word for word
    changed: int  # that were there already with other words, and are left as they were
    warnings: Sequence[str]
    errors: Sequence[RowError]  # of rows that were left out; the first 1,000
    bad_rows: int

    @property
    def experts(self) -> int:
        return len(self.models)


def take_responses(
    team: Team,
    user: User | None,
    file: Path | Chunked,
    filename: str,
    *,
    question_set: QuestionSet | NewSet,
    pool: str,
    mapping: Mapping[str, Any] | None = None,
    skip_bad_rows: bool = False,
) -> TakenResponses:
    """Store the responses of a log as what the models of a pool answered to a set.

    The pool is made when there is none of that name, and so is a set of the log's own questions. A
    log that has grown adds what is new. Raises FileRefused.
    """
    room.check()
    with reading(file, filename, question_set, mapping or {}) as read, storing(filename):
        questions, told = questions_of(team, user, read, filename, question_set, skip_bad_rows)
        taken = store(team, read, filename, questions, pool, mapping or {}, skip_bad_rows, told)
        counts = {"responses": taken.responses, "experts": taken.experts, "changed": taken.changed}
        record(Action.RESPONSES_STORED, taken.pool, file=filename, of=questions, **counts)
    statistics.renew(RecordedResponse)
    if taken.pool.annotator_id is None:  # skills will be found by the embedder, which takes a while
        events.wake("runs.embed_questions", taken.question_set.pk, taken.pool.embedder)
    return taken


@contextmanager
def reading(
    file: Path | Chunked, filename: str, questions: QuestionSet | NewSet, mapping: Mapping[str, Any]
) -> Iterator[FileRead]:
    check_mapping(mapping)
    how = {"mapping": dict(mapping), "questions": isinstance(questions, NewSet)}
    with read_file(file, filename, READER, how) as read:
        yield read


@contextmanager
def storing(filename: str) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise FileRefused(
            f"{filename}: nothing was stored, because the question set or the pool was changed"
            " meanwhile: look at them, then try again."
        ) from None


def questions_of(
    team: Team,
    user: User | None,
    read: FileRead,
    filename: str,
    wanted: QuestionSet | NewSet,
    skip_bad_rows: bool,
) -> tuple[QuestionSet, list[str]]:
    """The set that is answered, and what to know of it if it was made."""
    if isinstance(wanted, QuestionSet):
        return wanted, []
    try:
        taken = make_set(team, user, read, filename, wanted, skip_bad_rows=skip_bad_rows)
    except FileRefused as error:
        error.names, error.first = read.names, []  # the log's, of which another mapping may make it
        raise
    return taken.question_set, taken.warnings


def store(
    team: Team,
    read: FileRead,
    filename: str,
    questions: QuestionSet,
    pool_name: str,
    mapping: Mapping[str, Any],
    skip_bad_rows: bool,
    told: Sequence[str],
) -> TakenResponses:
    if read.bad_rows and not skip_bad_rows:
        raise _refused(filename, read.bad_rows, read.errors)
    keep = kept_sample(mapping)
    copied = incoming.copy_in(read, keep)
    by = incoming.match(questions)
    unknown, named = incoming.strangers(questions, by)
    if unknown and not skip_bad_rows:
        raise _refused(filename, unknown, named)
    pool = _pool(team, pool_name)
    models = _models()
    if not models:
        raise _nothing(filename, read, questions, named)
    experts = _experts(team, pool, [model for model, _ in models])
    unchanged, changed = _there(experts)
    responses = _insert(experts)
    again = sum(count for _, count in models) - responses - unchanged - len(changed)
    bad = read.bad_rows + unknown
    warnings = [
        *told,
        *read.warnings,
        *told_samples(copied, keep),
        *told_changes(unchanged, changed, again),
        *told_gaps(questions, list(experts.values())),
        *told_rest(questions, by, read, bad),
    ]
    return TakenResponses(
        pool=pool,
        question_set=questions,
        read_as=shape_of(read.names, mapping).name,
        matched_by=by,
        models=models,
        responses=responses,
        unchanged=unchanged,
        changed=len(changed),
        warnings=warnings,
        errors=[*read.errors, *named][: incoming.ERRORS_KEPT],
        bad_rows=bad,
    )


def _refused(filename: str, bad: int, errors: Sequence[RowError]) -> FileRefused:
    return FileRefused(
        f"{filename}: {bad:,} of the rows cannot be taken, so nothing was stored: put them right,"
        f" or ask for the good rows only. {errors[0]}",
        errors,
        bad_rows=bad,
    )


def _nothing(
    filename: str, read: FileRead, questions: QuestionSet, named: Sequence[RowError]
) -> FileRefused:
    errors = [*read.errors, *named]
    why = f" {errors[0]}" if errors else ""
    return FileRefused(
        f"{filename}: no row can be taken: none answers a question of {questions}.{why}",
        errors,
        bad_rows=read.bad_rows + len(named),
        names=read.names,
    )


def _models() -> Sequence[tuple[str, int]]:
    """The models of the rows whose question the set has."""
    models = incoming.models_of(MOST_MODELS + 1)
    if len(models) > MOST_MODELS:
        raise FileRefused(
            f"The file names more than {MOST_MODELS} models: is the column “model” the right one?"
        )
    return models


def _pool(team: Team, name: str) -> Pool:
    name = name.replace("\0", "").strip()
    if not 1 <= len(name) <= 100:
        raise FileRefused("Give the pool a name of 1 to 100 characters.", field="pool")
    locks.take(Lock.IMPORTING, team.pk)  # one import of a team at a time: they name experts
    pool = Pool.objects.get_or_create(team=team, name=name)[0]
    try:
        hold(pool)
    except Gone as error:
        raise FileRefused(str(error), field="pool") from None
    return pool


def _experts(team: Team, pool: Pool, models: Sequence[str]) -> dict[str, Expert]:
    """Model → the pool's recorded expert of it; new ones are made and join the pool."""
    there = pool.experts.recorded().filter(team=team)
    found = {expert.source: expert for expert in there}
    new = [model for model in models if model not in found]
    if new and (pool.is_profiled or pool.is_running):
        raise FileRefused(
            f"{new[0]} is not in {pool}, on which profiles or runs rest: import the responses of"
            " new models under another pool's name.",
            field="pool",
        )
    for model in new:
        found[model] = Expert.objects.create(
            team=team,
            engine=RECORDED.name,
            source=model,
            name=_free_name(team, model, pool),
        )
    pool.experts.add(*(found[model] for model in new))
    return {model: found[model] for model in models}


def _free_name(team: Team, model: str, pool: Pool) -> str:
    """The model's own name; with the pool's, and then a number, if another expert has it."""
    with_pool = f"{model[:60]} ({pool.name[:30]})"
    names = chain([model, with_pool], (f"{with_pool} {n}" for n in count(2)))
    return next(n for n in names if not Expert.objects.of(team).filter(name=n).exists())


def _there(experts: Mapping[str, Expert]) -> tuple[int, list[tuple[int, str, str]]]:
    """How many responses are stored already, and (line, model, question) of those that differ."""
    rows = fetched(_THERE, [list(experts), [expert.pk for expert in experts.values()]])
    changed = [(line, model, key) for line, model, key, same in rows if not same]
    return len(rows) - len(changed), changed


def _insert(experts: Mapping[str, Expert]) -> int:
    return executed(_STORE, [list(experts), [expert.pk for expert in experts.values()]])
