"""What is refused before the GPU is asked, with what to do."""

from collections.abc import Callable

import pytest

from tests.conftest import MakeSet
from webapp.accounts.models import Team
from webapp.execution.errors import RunRefused
from webapp.execution.start import submit_profile, submit_ranking, submit_run
from webapp.execution.trying import submit_try
from webapp.experts.models import Pool
from webapp.questions.models import Question, QuestionSet
from webapp.runs.models import AggregatorRank, Generation, Profile, Run

pytestmark = pytest.mark.django_db


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(RunRefused) as caught:
        call()
    assert not Run.objects.exists()
    assert not Generation.objects.exists()
    return str(caught.value)


def test_k_below_one(team: Team, pool: Pool, question_set: MakeSet) -> None:
    questions = question_set()
    said = refused(lambda: submit_run(team, None, pool=pool, questions=questions, k=0))
    assert "k is 0" in said


def test_an_unknown_method(team: Team, pool: Pool, question_set: MakeSet) -> None:
    questions = question_set()
    said = refused(lambda: submit_run(team, None, pool=pool, questions=questions, method="magic"))
    assert "skill-moe" in said


def test_a_pool_without_a_profile(team: Team, pool: Pool, question_set: MakeSet) -> None:
    questions = question_set()
    said = refused(lambda: submit_run(team, None, pool=pool, questions=questions))
    assert "build one on a validation set" in said


def test_a_profile_in_the_making(team: Team, pool: Pool, question_set: MakeSet) -> None:
    questions = question_set()
    profile = Profile.objects.create(team=team, pool=pool, question_set=questions)
    said = refused(lambda: submit_run(team, None, pool=pool, questions=questions, profile=profile))
    assert "wait" in said
    assert "wait" in refused(lambda: submit_ranking(team, None, profile))


def test_an_unranked_pool(team: Team, pool: Pool, question_set: MakeSet) -> None:
    questions = question_set()
    Profile.objects.create(team=team, pool=pool, question_set=questions, ready=True)
    said = refused(lambda: submit_run(team, None, pool=pool, questions=questions))
    assert "Rank the pool's aggregators first" in said


def test_a_missing_checkpoint(team: Team, pool: Pool, question_set: MakeSet) -> None:
    expert = pool.experts.all()[0]
    expert.source = "/nowhere/at/all"
    expert.save()
    said = refused(lambda: submit_profile(team, None, pool, question_set("validation")))
    assert "There is no folder /nowhere/at/all" in said
    assert "There is no folder" in refused(lambda: submit_try(team, None, expert, "Hello?"))


def test_an_expert_with_a_problem(team: Team, pool: Pool, question_set: MakeSet) -> None:
    pool.experts.update(problem="out of memory")
    said = refused(lambda: submit_profile(team, None, pool, question_set("validation")))
    assert "out of memory" in said


def test_a_validation_set_without_gold_answers(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    questions = question_set("validation")
    Question.objects.update(gold="")
    said = refused(lambda: submit_profile(team, None, pool, questions))
    assert "no gold answers" in said


def test_an_empty_question_set(team: Team, pool: Pool) -> None:
    empty = QuestionSet.objects.create(team=team, name="empty", kind="test")
    said = refused(lambda: submit_run(team, None, pool=pool, questions=empty, method="all-experts"))
    assert "holds no questions" in said


def test_an_empty_try(team: Team, pool: Pool) -> None:
    said = refused(lambda: submit_try(team, None, pool.experts.all()[0], "  "))
    assert "Write a question" in said


def test_a_test_set_makes_no_profile(team: Team, pool: Pool, question_set: MakeSet) -> None:
    with pytest.raises(RunRefused, match="profiles are made on validation sets"):
        submit_profile(team, None, pool, question_set("test", 3))


def ranked(team: Team, pool: Pool, questions: QuestionSet, llm: bool = True) -> Profile:
    """A profile whose aggregators are ranked; with `llm` the LLM was decided for."""
    aggregator = pool.aggregators.all()[0]
    profile = Profile.objects.create(
        team=team,
        pool=pool,
        question_set=questions,
        ready=True,
        ranked=True,
        aggregator=aggregator if llm else None,
        vote="weighted",
    )
    AggregatorRank.objects.create(
        profile=profile,
        expert=aggregator,
        place=1,
        trials=1,
        trials_right=1,
        written=1,
        written_right=1,
    )
    return profile


@pytest.mark.parametrize(
    ("method", "recruiter", "said"),
    [
        ("skill-moe", "magic", "unknown recruiter 'magic'"),
        (
            "skill-moe",
            "everyone",
            "choose one of paper, paper-top-k, ours, ",
        ),
        ("all-experts", "paper", "always recruits by everyone"),
    ],
)
def test_a_recruiter_that_does_not_fit(
    team: Team, pool: Pool, question_set: MakeSet, method: str, recruiter: str, said: str
) -> None:
    questions = question_set()
    assert said in refused(
        lambda: submit_run(
            team, None, pool=pool, questions=questions, method=method, recruiter=recruiter
        )
    )


@pytest.mark.parametrize(
    ("method", "writer", "said"),
    [
        ("skill-moe", "dice", "unknown writer 'dice'"),
        (
            "all-experts",
            "llm",
            "Where the method is “All experts vote”, the majority vote writes the answers",
        ),
    ],
)
def test_a_writer_that_does_not_fit(
    team: Team, pool: Pool, question_set: MakeSet, method: str, writer: str, said: str
) -> None:
    questions = question_set()
    assert said in refused(
        lambda: submit_run(team, None, pool=pool, questions=questions, method=method, writer=writer)
    )


@pytest.mark.parametrize(
    ("writer", "llm", "writes", "asks"),
    [
        ("decided", True, "llm-or-vote", True),
        ("decided", False, "weighted", False),
        ("llm", False, "llm", True),
        ("llm-or-vote", True, "llm-or-vote", True),
        ("weighted", True, "weighted", False),
        ("vote", True, "majority", False),  # its older name
    ],
)
def test_a_run_names_its_recruiter_and_who_writes(
    team: Team,
    pool: Pool,
    question_set: MakeSet,
    writer: str,
    llm: bool,
    writes: str,
    asks: bool,
) -> None:
    questions = question_set()
    ranked(team, pool, questions, llm)
    run = submit_run(
        team, None, pool=pool, questions=questions, recruiter="task-top-k", writer=writer
    )
    run.refresh_from_db()
    assert (run.recruiter, run.writer) == ("task-top-k", writes)
    assert (run.aggregator is not None) == asks
    assert not run.reads_skills


def test_as_published_no_vote_stands_in(team: Team, pool: Pool, question_set: MakeSet) -> None:
    questions = question_set()
    ranked(team, pool, questions, llm=True)
    run = submit_run(team, None, pool=pool, questions=questions, recruiter="paper")
    assert (run.writer, run.aggregator is not None) == ("llm", True)


def test_random_seats_and_a_majority_need_no_profile(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    questions = question_set()
    run = submit_run(
        team, None, pool=pool, questions=questions, recruiter="random", writer="majority"
    )
    assert run.profile is None
