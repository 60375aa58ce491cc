"""What was found stands until something new replaces it, whatever becomes of asking again.

A question that is asked again keeps its answer, verdict, skills and what was generated for it, and
the run its counts, until the question is taken up; its verdict until it has the next one. Where the
run ends before that, cancelled or failed, the question is what it was.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db.models import Count, F, Func, IntegerField, Sum
from django.db.models.functions import Coalesce

from moe_core.engine import AT_LIMIT
from moe_core.values import Verdict
from webapp.experts.engines import RECORDED
from webapp.runs.models import Answer, Run
from webapp.runs.sql import executed

# What rests on something that came later, and what recorded experts lacked and now have; with it
# their counts. Nothing else is asked for, of a profile or a ranking, than what is there at once.
_FORGET = """
    WITH gone AS (
        DELETE FROM runs_generation g USING experts_expert e
        WHERE g.answer_id = ANY(%(answers)s) AND e.id = g.expert_id AND (
            (%(is_answering)s AND EXISTS (
                SELECT FROM runs_generation b
                WHERE b.answer_id = g.answer_id AND (b.stage, b.round) < (g.stage, g.round)
                  AND b.finished > g.created))
            OR (g.status = %(status_failed)s AND e.engine = %(recorded)s AND EXISTS (
                SELECT FROM runs_recordedresponse r JOIN runs_answer a
                  ON a.question_id = r.question_id
                WHERE a.id = g.answer_id AND r.expert_id = g.expert_id)))
        RETURNING g.run_id, g.purpose, g.expert_id, g.status, g.tokens, g.finish_reason),
    counted AS (
        SELECT run_id, purpose, expert_id, count(*) AS n,
               count(*) FILTER (WHERE status = %(status_done)s) AS done,
               count(*) FILTER (WHERE status = %(status_failed)s) AS failed,
               coalesce(sum(tokens) FILTER (WHERE status = %(status_done)s), 0) AS tokens,
               count(*) FILTER (WHERE status = %(status_done)s
                                AND finish_reason = %(at_limit)s) AS cut_off
        FROM gone GROUP BY run_id, purpose, expert_id),
    locked AS (
        SELECT p.id, counted.* FROM runs_progress p JOIN counted USING (run_id, purpose, expert_id)
        ORDER BY run_id, purpose, expert_id FOR UPDATE OF p)
    UPDATE runs_progress p
    SET asked = asked - n, done = p.done - locked.done, failed = p.failed - locked.failed,
        tokens = p.tokens - locked.tokens, cut_off = p.cut_off - locked.cut_off
    FROM locked WHERE p.id = locked.id
"""
_LENGTH = Func(F("unasked"), function="jsonb_array_length", output_field=IntegerField())
FIGURES = ("finished", "correct", "graded", "unmatched", "unasked")


def figures(answer: Answer) -> Counter[str]:
    """What a question adds to the counts of its run."""
    stands = bool(answer.verdict)
    return Counter(
        finished=int(answer.is_done),
        correct=int(answer.verdict == Verdict.CORRECT.value),
        graded=int(stands and answer.verdict != Verdict.UNGRADED.value),
        unmatched=int(stands and answer.uniform),
        unasked=len(answer.unasked) if answer.is_done else 0,
    )


def count(run: Run, before: Iterable[Counter[str]], after: Iterable[Counter[str]]) -> None:
    """Keep the run's own figures in step with its questions'."""
    change = Counter[str]()
    for new in after:
        change.update(new)
    for old in before:
        change.subtract(old)
    Run.objects.filter(pk=run.pk).update(**{name: F(name) + change[name] for name in FIGURES})


def count_finished(run: Run) -> None:
    """The counts of questions that have come to their end, from what is there now."""
    done = Answer.objects.filter(run=run, asked=True, stage=None)
    seats = Coalesce(Sum(_LENGTH), 0)
    found = done.aggregate(finished=Count("pk"), unasked=seats)
    Run.objects.filter(pk=run.pk).update(**found)


def take_up(run: Run, answers: Sequence[Answer]) -> None:
    """Questions that begin anew: what was found of them on the way is found again."""
    anew = [answer for answer in answers if not answer.asked]
    for answer in anew:
        answer.skills, answer.probabilities, answer.contributions = [], {}, {}
        answer.uniform = False
    if again := [answer.pk for answer in anew if answer.verdict]:
        executed(
            _FORGET,
            answers=again,
            is_answering=run.kind == Run.Kind.ANSWER,
            recorded=RECORDED.name,
            at_limit=AT_LIMIT,
        )


def stand(run: Run) -> None:
    """Questions that were being asked again, in a run that has ended, are what they were."""
    asked_again = Answer.objects.filter(run=run).exclude(verdict="").exclude(asked=True, stage=None)
    if restored := asked_again.update(asked=True, stage=None):
        count_finished(run)
    profile = run.profile
    if not restored or profile is None:
        return
    if run.kind == Run.Kind.PROFILE:
        profile.ready = not profile.proposed and profile.totals.exists()
    elif run.kind == Run.Kind.RANK:
        profile.ranked = profile.ranks.exists()
    profile.save(update_fields=["ready", "ranked"])
