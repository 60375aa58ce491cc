"""Commands that start work of the workers: profiling, ranking, answering."""

import pytest
from django.core.management.base import CommandError

from gpu_worker.fake_engine import FakeEngine
from moe_core.engine import Checkpoint, Prompt
from tests.commands.running import an_expert, manage, manage_with_workers, write
from tests.conftest import MakeSet, demo_expert
from tests.recorded.logs import done
from webapp.accounts.models import Team
from webapp.experts.models import Pool
from webapp.questions.models import Question, QuestionSet
from webapp.runs.models import Profile, Run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("impatient")]


@pytest.fixture
def pool(team: Team) -> Pool:
    made = Pool.objects.create(team=team, name="Small", annotator=an_expert("annotator"))
    made.experts.set([an_expert("tiny-01"), an_expert("tiny-02")])
    made.aggregators.set([an_expert("aggregator")])
    return made


def test_from_a_profile_to_an_accuracy(team: Team, pool: Pool, question_set: MakeSet) -> None:
    validation, test = question_set("validation", 6), question_set("test", 5)
    engine = FakeEngine(write)
    printed = manage_with_workers(engine, "build_profile", pool, validation, "--wait")
    assert "The profile is ready." in printed
    assert "of 6 questions have a skill. Skills: " in printed
    with pytest.raises(CommandError, match="Rank the pool's aggregators first"):
        manage("start_run", test, pool)
    printed = manage_with_workers(engine, "rank_aggregators", pool, "--wait")
    assert "aggregator: " in printed and "writes the answers" in printed
    with pytest.raises(CommandError, match="ranked already"):
        manage("rank_aggregators", pool)

    arguments = ("start_run", test, pool, "--k", 2, "--seed", 7, "--recruiter", "task-top-k")
    printed = manage_with_workers(engine, *arguments, "--writer", "vote", "--wait")
    run = Run.objects.get(kind=Run.Kind.ANSWER)
    assert f"{run.heading}." in printed
    assert f"Accuracy {run.accuracy:.1f} % ({run.correct} of 5 graded questions)" in printed
    assert (run.k, run.seed, run.aggregator) == (2, 7, None)
    assert (run.recruiter, run.writer, run.stopping) == ("task-top-k", "majority", "lossless")
    with pytest.raises(CommandError, match="until two ahead, give each question at least 2 seats"):
        manage("start_run", test, pool, *arguments[7:], "--k", 3, "--stopping", "two-ahead")

    Question.objects.filter(question_set=test).update(gold="")
    ungraded = ("start_run", test, pool, "--method", "all-experts", "--wait")
    assert "none is graded" in manage_with_workers(engine, *ungraded)


def test_work_that_cannot_be_started(team: Team, pool: Pool, question_set: MakeSet) -> None:
    test = question_set("test", 2)
    Question.objects.filter(question_set=test).update(gold="")
    for arguments, message in (
        (["build_profile", pool, "x"], "no question set called 'x'. There are: test 2"),
        (["build_profile", "x", test], "no pool called 'x'. There are: Small"),
        (["build_profile", pool, test], "has no gold answers"),
        (["rank_aggregators", pool], "has no ready profile: use `build_profile`"),
        (["start_run", test, pool], "has no profile yet"),
        (["start_run", test, pool, "--k", "0"], "k is 0"),
        (["start_run", test, pool, "--k", "65"], "k is 65"),
        (["start_run", test, pool, "--seed", "-1"], "seed is -1"),
        (["start_run", test, pool, "--seed", str(2**31)], "seed is 2147483648"),
        (["start_run", test, pool, "--method", "best"], "invalid choice: 'best'"),
        (["start_run", test, pool, "--writer", "best"], "invalid choice: 'best'"),
        (["start_run", test, pool, "--recruiter", "best"], "invalid choice: 'best'"),
        (["start_run", test, pool, "--recruiter", "single"], "choose one of paper, paper-top-k"),
        (["start_run", test, pool, "--team", "X"], "no team called 'X'"),
    ):
        with pytest.raises(CommandError, match=message):
            manage(*arguments)
    assert not Run.objects.exists() and not Profile.objects.exists()


def test_the_first_of_anything_is_explained(team: Team) -> None:
    with pytest.raises(CommandError, match="nor any other: use `make_pool`"):
        manage("build_profile", "x", "y")


def test_by_command(pool: Pool, question_set: MakeSet) -> None:
    questions = question_set()
    started = ("start_run", questions, pool, "--method", "all-experts", "--leave-out")
    manage(*started, "tiny-02")
    assert Run.objects.get().left_out == [demo_expert("tiny-02").pk]
    with pytest.raises(CommandError, match="no expert of Small called 'annotator'"):
        manage(*started, "annotator")


def test_started_by_the_command(recorded_profile: Profile, test_set: QuestionSet) -> None:
    chosen = ("--recruiter", "ours", "--writer", "calibrated", "--k", "2", "--looks", "on")
    manage("start_run", test_set, recorded_profile.pool, *chosen)
    run = done(Run.objects.get(kind="answer"))
    assert (run.recruiter, run.writer, run.correct) == ("ours", "calibrated", 8)
    assert run.counts_looks


def test_an_annotator_that_names_no_skills_is_told(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    """Of six questions it names skills for two, and one of those looks like none."""
    validation, test = question_set("validation", 6), question_set("test", 3)
    skills = dict(
        zip([q.text for q in validation.questions.all()[:2]], ("sums", "42"), strict=True)
    )

    def answer(checkpoint: Checkpoint, prompt: Prompt) -> str:
        if "Keywords" not in prompt.text:
            return write(checkpoint, prompt)
        named = next((s for text, s in skills.items() if text in prompt.text), None)
        return "38 * 2 = 72" if named is None else f"Keywords: {named}, tables"

    Question.objects.filter(question_set=validation, row=2).update(gold="tables")
    engine = FakeEngine(answer)
    printed = manage_with_workers(engine, "build_profile", pool, validation, "--wait")
    assert "2 of 6 questions have a skill. Skills: 2, 2 of them with fewer than 5" in printed
    assert "They look like no skills, or like answers: 'tables'" in printed
    caution = "Caution: Only 2 of 6 validation questions have a skill"
    assert caution in printed
    assert caution in manage("start_run", test, pool, "--writer", "vote")
    assert caution in manage("rank_aggregators", pool)
