"""Importing recorded responses: the models in a file become experts of engine `recorded`.

Stored whole or not at all, by Postgres itself: the rows go into a temporary table, and what they
name is joined there, so that memory does not grow with the file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from django.db import IntegrityError, connection, transaction
from django.db.models import Count

from webapp.accounts.models import Team, User
from webapp.db import locks
from webapp.db.locks import Lock
from webapp.db.rows import executed, fetched
from webapp.experts.engines import RECORDED
from webapp.experts.models import Expert, Pool
from webapp.files.errors import FileRefused, RowError, listed
from webapp.files.read_in_child import Chunked, FileRead, read_file
from webapp.questions.models import QuestionSet
from webapp.queue import events
from webapp.recorded.reader import NOT_NEEDED
from webapp.runs.models import RecordedResponse

READER = "webapp.recorded.reader:ResponseReader"
MOST_MODELS = 1000  # in one file
ERRORS_KEPT = 1000  # rows that are named

# An import's rows, on their way to the table that they belong into.
_INCOMING = """
    CREATE TEMP TABLE incoming (line int, question text, model text, output text)
    ON COMMIT DROP
"""
_STRANGERS = """
    SELECT line, question, count(*) OVER () FROM incoming i
    WHERE NOT EXISTS (
        SELECT FROM questions_question q WHERE q.question_set_id = %s AND q.key = i.question)
    ORDER BY line LIMIT %s
"""
_MODELS = """
    SELECT DISTINCT model FROM incoming i
    JOIN questions_question q ON q.question_set_id = %s AND q.key = i.question
    ORDER BY model LIMIT %s
"""
_STORE = """
    INSERT INTO runs_recordedresponse (expert_id, question_id, output)
    SELECT e.id, q.id, i.output FROM incoming i
    JOIN questions_question q ON q.question_set_id = %s AND q.key = i.question
    JOIN unnest(%s::text[], %s::bigint[]) AS e(model, id) ON e.model = i.model
    ON CONFLICT DO NOTHING
"""
_KNOWN = """
    SELECT count(*) FROM incoming i
    JOIN questions_question q ON q.question_set_id = %s AND q.key = i.question
"""


@dataclass(frozen=True)
class TakenResponses:
    """What was stored, and what to know about it."""

    pool: Pool
    experts: int
    responses: int
    warnings: Sequence[str]
    errors: Sequence[RowError]  # of rows that were left out; the first 1,000
    bad_rows: int


def take_responses(
    team: Team,
    user: User | None,
    file: Path | Chunked,
    filename: str,
    *,
    question_set: QuestionSet,
    pool: str,
    skip_bad_rows: bool = False,
) -> TakenResponses:
    """Store {question_id, model, output} rows as what the models of a pool answered to a set.

    The pool is made when there is none of that name. Raises FileRefused.
    """
    with read_file(file, filename, READER) as read:
        if read.bad_rows and not skip_bad_rows:
            raise _refused(filename, read.bad_rows, read.errors)
        try:
            with transaction.atomic():
                taken = _store(team, read, filename, question_set, pool, skip_bad_rows)
        except IntegrityError:
            raise FileRefused(
                f"{filename}: nothing was stored, because the question set or the pool was changed"
                " meanwhile: look at them, then try again."
            ) from None
    if taken.pool.annotator_id is None:  # skills will be found by the embedder, which takes a while
        events.wake("runs.embed_questions", question_set.pk, taken.pool.embedder)
    return taken


def _store(
    team: Team,
    read: FileRead,
    filename: str,
    questions: QuestionSet,
    pool_name: str,
    skip_bad_rows: bool,
) -> TakenResponses:
    _copy(read)
    strangers, named = _unknown_questions(questions)
    if strangers and not skip_bad_rows:
        raise _refused(filename, strangers, named)
    pool = _pool(team, pool_name)
    models = _models(questions)
    if not models:
        raise FileRefused(f"{filename}: no row can be taken: put the rows right first.")
    experts = _experts(team, pool, models)
    responses = _insert(questions, experts)
    warnings = [*read.warnings, *_gaps(questions, list(experts.values()))]
    if "id" not in questions.columns:
        warnings.append(
            f"{questions} has no ids of its own: its questions were taken to count from 1, in the"
            " order of its file."
        )
    if unused := [name for name in read.unused if name.lower() != NOT_NEEDED]:
        warnings.append(f"Not used: {listed(unused)}.")
    bad = read.bad_rows + strangers
    if bad:
        warnings.append(f"{bad} rows were left out.")
    errors = [*read.errors, *named][:ERRORS_KEPT]
    return TakenResponses(pool, len(experts), responses, warnings, errors, bad)


def _refused(filename: str, bad: int, errors: Sequence[RowError]) -> FileRefused:
    return FileRefused(
        f"{filename}: {bad:,} of the rows cannot be taken, so nothing was stored: put them right,"
        f" or ask for the good rows only. {errors[0]}",
        errors,
        bad_rows=bad,
    )


def _copy(read: FileRead) -> None:
    executed("DROP TABLE IF EXISTS pg_temp.incoming")  # of an earlier import, if any
    executed(_INCOMING)
    with connection.cursor() as cursor, cursor.copy("COPY incoming FROM STDIN") as copy:
        for row in read.rows():
            copy.write_row((row["row"], row["question"], row["model"], row["output"]))
    executed("ANALYZE incoming")


def _unknown_questions(questions: QuestionSet) -> tuple[int, list[RowError]]:
    """How many rows name a question that the set does not have, and the first of them."""
    rows = fetched(_STRANGERS, [questions.pk, ERRORS_KEPT])
    ids = "" if "id" in questions.columns else " It has no ids of its own: they count from 1."
    errors = [RowError(line, f"{questions} has no question {key!r}.{ids}") for line, key, _ in rows]
    return (rows[0][2] if rows else 0), errors


def _models(questions: QuestionSet) -> list[str]:
    """The models of the rows whose question the set has."""
    models = [model for (model,) in fetched(_MODELS, [questions.pk, MOST_MODELS + 1])]
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
    return Pool.objects.get_or_create(team=team, name=name)[0]


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


def _insert(questions: QuestionSet, experts: dict[str, Expert]) -> int:
    ids = [expert.pk for expert in experts.values()]
    stored = executed(_STORE, [questions.pk, list(experts), ids])
    ((known,),) = fetched(_KNOWN, [questions.pk])
    if stored < known:
        raise FileRefused(
            f"{known - stored} of the responses are there already, and what runs rest on is not"
            " replaced: import the file under another pool's name.",
            field="pool",
        )
    return stored


def _gaps(questions: QuestionSet, experts: Sequence[Expert]) -> list[str]:
    """Which experts have not answered all questions of the set."""
    rows = RecordedResponse.objects.filter(expert__in=experts, question__question_set=questions)
    answered = dict(rows.values_list("expert").annotate(n=Count("pk")))
    return [
        f"{expert} has no response to {questions.size - answered.get(expert.pk, 0)} of the"
        f" {questions.size} questions: there its seats fail."
        for expert in experts
        if answered.get(expert.pk, 0) < questions.size
    ]
