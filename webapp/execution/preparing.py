"""Before a run can begin: the questions whose vectors it reads are embedded, each once, ever, and
what it recruits by is fitted, once for each profile."""

from django.db import transaction

from webapp.execution.profiles import fits
from webapp.execution.vectors import are_embedded, embed_some
from webapp.questions.models import QuestionSet
from webapp.queue import events
from webapp.runs.models import Event, Run


def is_prepared(run: Run) -> bool:
    """Whether all vectors that the run reads are there; embeds some where they are not yet.

    Then the rest is for another call, so that other runs get their turn.
    """
    if run.status != Run.Status.RUNNING or run.pool is None:
        return True
    embedder = run.pool.embedder
    questions = next((q for q in _read_by(run) if not are_embedded(q, embedder)), None)
    if questions is None:
        _fit(run)
        return True
    if not (embedded := embed_some(questions, embedder)):
        return are_embedded(questions, embedder)  # no: another process is at it; the beat comes
    with transaction.atomic():
        seq = events.append(run.pk, Event.Kind.EMBEDDED, questions=embedded)
    events.notify({run.pk: seq})
    if all(are_embedded(q, embedder) for q in _read_by(run)):
        _fit(run)
        return True
    events.wake("runs.advance", run.pk)
    return False


def _fit(run: Run) -> None:
    """Outside of any transaction, so that nobody who asks for it has to wait."""
    if run.reads_evidence and run.profile is not None:
        fits.fit(run.profile, list(run.experts()), with_domains=run.knows_domains)


def _read_by(run: Run) -> list[QuestionSet]:
    """The sets whose vectors the run reads: its own, and the one that its profile was made on."""
    if run.question_set is None:
        return []
    if run.reads_evidence and run.profile is not None:
        return [run.question_set, run.profile.question_set]
    return [run.question_set] if finds_skills(run) else []


def finds_skills(run: Run) -> bool:
    """Whether skills are found by the embedder, because no LLM annotates."""
    if run.pool is None or run.pool.annotator_id is not None:
        return False
    return run.kind in (Run.Kind.PROFILE, Run.Kind.ANSWER) and run.reads_skills
