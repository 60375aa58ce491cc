"""Recorded experts: what they once wrote is played back at once, without the queue or the GPU."""

from collections.abc import Iterable

from django.db import connection

from moe_core.extraction import extract
from moe_core.grading import grade, is_quick
from webapp.questions.models import Question
from webapp.runs.models import GRADED, Generation

MISSING = "no response of this expert to this question was recorded"


def play(generations: Iterable[tuple[Generation, Question]]) -> None:
    """Finish generations of recorded experts; failed where nothing is recorded.

    They are graded too, unless that takes algebra: then by and by, as what the GPU generates. They
    lose their prompt: what the expert was asked back then is not known.
    """
    pairs = list(generations)
    outputs = _outputs({(g.expert_id, question.pk) for g, question in pairs})
    for generation, question in pairs:
        generation.prompt = ""
        generation.finished = generation.created
        output = outputs.get((generation.expert_id, question.pk))
        if output is None:
            generation.status, generation.problem = Generation.Status.FAILED, MISSING
            continue
        generation.status, generation.output = Generation.Status.DONE, output
        if generation.purpose in GRADED:
            value = question.value
            generation.stated = extract(output, value.options, generation.expert.end_of_thinking)
            if is_quick(value, generation.stated):
                generation.verdict = grade(value, generation.stated).value


def _outputs(wanted: set[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """(expert, question) → what was recorded; in one query, by key."""
    if not wanted:
        return {}
    experts, questions = zip(*wanted, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.expert_id, r.question_id, r.output FROM runs_recordedresponse r"
            " JOIN unnest(%s::bigint[], %s::bigint[]) AS v(expert, question)"
            " ON r.question_id = v.question AND r.expert_id = v.expert",
            [list(experts), list(questions)],
        )
        return {(expert, question): output for expert, question, output in cursor.fetchall()}
