"""Before a run without an annotator can begin: its questions are embedded, to find their skills."""

from django.db import transaction

from webapp.runs import events
from webapp.runs.models import Run
from webapp.runs.vectors import are_embedded, embed_some


def is_prepared(run: Run) -> bool:
    """Whether skills can be found; embeds some of the run's questions where they cannot yet.

    Then the rest is for another call, so that other runs get their turn.
    """
    if run.status != Run.Status.RUNNING or run.question_set is None or not finds_skills(run):
        return True
    assert run.pool is not None
    questions, embedder = run.question_set, run.pool.embedder
    if are_embedded(questions, embedder):
        return True
    if not (embedded := embed_some(questions, embedder)):
        return are_embedded(questions, embedder)  # no: another process is at it; the beat comes
    with transaction.atomic():
        seq = events.append(run.pk, "embedded", questions=embedded)
    events.notify(run.pk, seq)
    if are_embedded(questions, embedder):
        return True
    events.wake("runs.advance", run.pk)
    return False


def finds_skills(run: Run) -> bool:
    """Whether skills are found by the embedder, because no LLM annotates."""
    if run.pool is None or run.pool.annotator_id is not None:
        return False
    return run.kind in (Run.Kind.PROFILE, Run.Kind.ANSWER) and run.reads_skills
