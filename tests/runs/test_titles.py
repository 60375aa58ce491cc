"""What tells runs apart, in titles and beside each other."""

import pytest

from tests.conftest import MakeSet, Messages, demo_expert
from webapp.accounts.models import Team
from webapp.execution.start import submit_run
from webapp.experts.models import Expert, Pool
from webapp.questions.models import QuestionSet
from webapp.runs.models import Run
from webapp.runs.titles import Setting, apart

pytestmark = pytest.mark.django_db

LLAMA, QWEN = "Llama-3.1-8B-Instruct", "Qwen2.5-7B-Instruct"
WHOLE = {LLAMA: f"meta-llama/{LLAMA}", QWEN: f"Qwen/{QWEN}"}


@pytest.fixture
def questions(question_set: MakeSet, nobody_listens: Messages) -> QuestionSet:
    return question_set()


def pool_of(team: Team, name: str, *experts: str) -> Pool:
    made = Pool.objects.create(team=team, name=name)
    made.experts.set([demo_expert("tiny-01"), demo_expert("tiny-02")])
    made.experts.add(
        *(
            Expert.objects.get_or_create(name=WHOLE.get(of, of), defaults={"source": of})[0]
            for of in experts
        )
    )
    return made


def ran(pool: Pool, questions: QuestionSet, **settings: object) -> Run:
    told = {"method": "all-experts", **settings}
    return submit_run(pool.team, None, pool=pool, questions=questions, **told)  # type: ignore[arg-type]


def test_a_model_that_replaces_another(team: Team, questions: QuestionSet) -> None:
    assert ran(pool_of(team, "Last week", LLAMA), questions).differs == ""
    replaced = pool_of(team, "This week", QWEN)
    assert ran(replaced, questions).differs == f"with {QWEN} instead of {LLAMA}"
    assert ran(replaced, questions).differs == "again"
    more = pool_of(team, "More", QWEN, LLAMA)
    assert ran(more, questions, seed=4).differs == f"seed 4, with {LLAMA}"
    others = Pool.objects.create(team=team, name="Others")
    others.experts.set([demo_expert("tiny-03"), demo_expert("tiny-04"), demo_expert("tiny-05")])
    assert ran(others, questions).differs == "", "another pool altogether repeats nothing"


def test_runs_are_told_apart_by_what_differs_alone(team: Team, questions: QuestionSet) -> None:
    first, second = pool_of(team, "Last week", LLAMA), pool_of(team, "This week", QWEN)
    runs = [ran(first, questions), ran(second, questions)]
    assert list(apart(runs).values()) == [f"with {LLAMA}", f"with {QWEN}"]
    runs.append(ran(second, questions, seed=3))
    others = [f"with {LLAMA} instead of {QWEN}, seed 0", "seed 0", "seed 3"]
    assert list(apart(runs).values()) == others, "what most of them have goes without saying"
    assert list(apart(runs, settings_only=True).values())[1:] == ["", ""]
    runs[0].given_title = "As it was"
    assert apart(runs)[runs[0].pk] == "As it was"
    assert Setting.of(runs[1]) == Setting.of(runs[2]) != Setting.of(runs[0])


def test_one_pool_with_and_without(team: Team, questions: QuestionSet) -> None:
    pool = pool_of(team, "All", LLAMA)
    left_out = [pool.experts.get(name=WHOLE[LLAMA]).pk]
    runs = [ran(pool, questions), ran(pool, questions, left_out=left_out)]
    assert list(apart(runs).values()) == [f"with {LLAMA}", f"without {LLAMA}"]
    assert Setting.of(runs[0]) != Setting.of(runs[1])
    alike = [ran(pool, questions), ran(pool, questions)]
    assert list(apart(alike).values()) == ["", ""]


def test_pools_of_the_same_experts_go_by_their_names(team: Team, questions: QuestionSet) -> None:
    runs = [ran(pool_of(team, name), questions) for name in ("One", "Other")]
    assert list(apart(runs).values()) == ["One", "Other"]


def test_pools_of_many_other_experts_go_by_their_names(team: Team, questions: QuestionSet) -> None:
    many = [f"maker/model-{n}" for n in range(4)]
    runs = [ran(pool_of(team, "Large", *many), questions), ran(pool_of(team, "Tiny"), questions)]
    runs[0].method, runs[0].recruiter = "skill-moe", "ours"
    assert list(apart(runs).values()) == [
        "Skill-MoE by forecast, Large", "All experts vote, Tiny",
    ]  # fmt: skip
