"""Recorded experts: what they once wrote is played back at once, without the queue or the GPU."""

from collections.abc import Iterable

from webapp.db.rows import fetched
from webapp.questions.models import Question
from webapp.runs.models import Generation, Run
from webapp.runs.purposes import GRADED

MISSING = "no response of this expert to this question was recorded"
_OUTPUTS = """
    SELECT r.expert_id, r.question_id, r.output FROM runs_recordedresponse r
    JOIN unnest(%s::bigint[], %s::bigint[]) AS v(expert, question)
      ON r.question_id = v.question AND r.expert_id = v.expert
"""


def play(run: Run, generations: Iterable[tuple[Generation, Question]]) -> None:
    """Finish generations of recorded experts in a run; failed where nothing is recorded.

    They are graded too, unless that takes algebra: then by and by, as what the GPU generates. They
    lose their prompt: what the expert was asked back then is not known.
    """
    pairs = list(generations)
    outputs = _outputs({(g.expert_id, question.pk) for g, question in pairs})
    asked = {question.pk: run.value_of(question) for _, question in pairs}
    for generation, question in pairs:
        generation.prompt = ""
        generation.finished = generation.created
        output = outputs.get((generation.expert_id, question.pk))
        if output is None:
            generation.status, generation.problem = Generation.Status.FAILED, MISSING
            continue
        generation.status, generation.output = Generation.Status.DONE, output
        if generation.purpose in GRADED:
            generation.grade(asked[question.pk], only_if_quick=True)


def _outputs(wanted: set[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """(expert, question) → what was recorded; in one query, by key."""
    if not wanted:
        return {}
    experts, questions = zip(*wanted, strict=True)
    rows = fetched(_OUTPUTS, [list(experts), list(questions)])
    return {(expert, question): output for expert, question, output in rows}
