"""A question whose experts were recruited by the skills that a test knows by heart."""

from typing import Any

from moe_core.recruiters import recruit
from moe_core.recruitment import Asked
from tests.conftest import MakeSet, demo_expert
from webapp.execution.plans import profile_behind
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.runs.models import Answer, Generation, Profile, ProfileCell, ProfileTotal, Run

# expert → skill → right, wrong; tiny-03 holds none of the question's skills.
CELLS = {
    "tiny-01": {"algebra": (5, 1), "geometry": (1, 3)},  # 4 - 2, of 2 in all
    "tiny-02": {"algebra": (2, 1), "law": (3, 1)},  # 1, of 3 in all
    "tiny-03": {"law": (4, 0)},
}
SKILLS: list[list[Any]] = [
    ["sums", "algebra", 0.9],
    ["angles", "geometry", 0.8],
    ["<b>x</b>", "algebra", 0.7],
]


def answered(profile: Profile, questions: MakeSet, recruiter: str) -> Answer:
    """A question of a run that has recruited two seats as `recruiter` does."""
    run = Run.objects.create(
        team=profile.team, pool=profile.pool, question_set=questions("test", 1), profile=profile,
        method="skill-moe", recruiter=recruiter, k=2, questions=1,
    )  # fmt: skip
    profile_behind.cache_clear()
    question = run.question_set.questions.get()  # type: ignore[union-attr]
    asked = Asked([profiled for _, profiled, _ in SKILLS])
    found = recruit(recruiter, profile_behind(run.pk), asked, 2, f"{run.seed}/{question.key}")
    answer = Answer.objects.create(
        run=run, question=question, asked=True, skills=SKILLS,
        probabilities={e: p for e, p in found.probabilities.items() if p}, verdict="correct",
    )  # fmt: skip
    for number, key in enumerate(found.seats):
        Generation.objects.create(
            run=run, answer=answer, expert_id=int(key), engine_key="", stage=1, purpose="respond",
            number=number, prompt="", temperature=0, max_tokens=1, seed=0, status="done",
            output="14", stated="14", verdict="correct",
        )  # fmt: skip
    return answer


def with_cells(pool: Pool, validation: QuestionSet) -> Profile:
    pool.experts.add(demo_expert("tiny-03"))
    made = Profile.objects.create(team=pool.team, pool=pool, question_set=validation, ready=True)
    for name, cells in CELLS.items():
        for skill, (right, wrong) in cells.items():
            ProfileCell.objects.create(
                profile=made, expert=demo_expert(name), skill=skill, right=right, wrong=wrong
            )
    ProfileTotal.objects.create(profile=made, expert=demo_expert("tiny-03"), right=4, wrong=0)
    return made
