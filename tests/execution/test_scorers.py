"""Scorers of question sets and runs: what they change, and what they leave."""

import pytest

from moe_core.errors import ScorerError
from moe_core.values import FOUND, Scoring
from tests.conftest import demo_expert
from tests.execution.odd_runs import PATTERN, odd_run_of, take_odd_responses
from tests.recorded.logs import done
from webapp.accounts.models import Team
from webapp.execution import tasks
from webapp.execution.cancel import cancel
from webapp.execution.errors import RunRefused
from webapp.execution.grading import effects
from webapp.execution.grading.regrade import regrade
from webapp.execution.grading.regrade_requests import RegradeRefused, begin
from webapp.execution.resuming.continuing import continue_run
from webapp.execution.resuming.retry import retry
from webapp.execution.start import submit_ranking, submit_run
from webapp.progress.words import regraded
from webapp.questions.models import Question, QuestionSet
from webapp.questions.scorers import set_scorer
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db
HASHES = Scoring("regex", PATTERN)
CONTAINS = Scoring("contains")


@pytest.fixture
def odd_run(team: Team, validation: QuestionSet, test_set: QuestionSet) -> Run:
    return odd_run_of(team, validation, test_set)


def states(run: Run) -> dict[str, set[tuple[str | None, str]]]:
    found: dict[str, set[tuple[str | None, str]]] = {}
    rows = run.generations.filter(purpose="respond")
    for name, stated, verdict in rows.values_list("expert__source", "stated", "verdict"):
        found.setdefault(name, set()).add((stated, verdict))
    return found


def test_a_run_keeps_its_scorer_until_it_is_graded_by_another(odd_run: Run) -> None:
    assert odd_run.scoring == FOUND and odd_run.correct == 0
    set_scorer(odd_run.question_set, HASHES)  # type: ignore[arg-type]
    regrade(odd_run.pk)
    odd_run.refresh_from_db()
    assert odd_run.scoring == FOUND and odd_run.correct == 0
    told = regrade(odd_run.pk, scoring=HASHES)
    odd_run.refresh_from_db()
    assert odd_run.scoring == HASHES and told["scorer"].endswith(HASHES.pattern)
    assert states(odd_run)["odd"] == {("5", "correct")}
    assert states(odd_run)["plain"] == {(None, "no answer")}
    assert odd_run.correct == 8 and set(odd_run.answers.values_list("text", "outcome")) == {
        ("5", "agreed")
    }
    regrade(odd_run.pk, scoring=FOUND)
    odd_run.refresh_from_db()
    assert odd_run.correct == 0 and states(odd_run)["odd"] == {("99", "incorrect")}


def test_a_new_run_takes_the_scorer_of_its_set(
    team: Team, odd_run: Run, test_set: QuestionSet
) -> None:
    set_scorer(test_set, HASHES)
    assert odd_run.pool is not None
    later = done(
        submit_run(team, None, pool=odd_run.pool, questions=test_set, method="all-experts")
    )
    assert later.scoring == HASHES and later.correct == 8


def test_texts_that_contain_the_answer_are_right(odd_run: Run) -> None:
    regrade(odd_run.pk, scoring=CONTAINS)
    odd_run.refresh_from_db()
    assert odd_run.correct == 8, "a tie, which goes to the earlier seat"
    text, verdict = states(odd_run)["odd"].pop()
    assert text and text.startswith("RESULT=5") and text.endswith("99.") and verdict == "correct"
    assert states(odd_run)["plain"] == {("The answer is 99.", "incorrect")}


def test_the_effect_is_told_before_anything_is_stored(team: Team, odd_run: Run) -> None:
    found = effects.of_run(odd_run, HASHES)
    assert (found.responses, found.right_before, found.right_after) == (16, 0, 8)
    assert (found.unread_before, found.unread_after, found.open) == (0, 8, 0)
    assert len(found.rows) == 10 and [row.change for row in found.rows] == [2] * 10
    row = next(row for row in found.rows if row.expert == "odd")
    assert row.before and row.after and row.golds == ("5",)
    assert (row.before.stated, row.before.verdict) == ("99", "incorrect")
    assert (row.after.stated, row.after.verdict) == ("5", "correct")
    assert odd_run.question_set is not None
    assert effects.of_set(team, odd_run.question_set, HASHES).run == odd_run
    odd_run.refresh_from_db()
    assert odd_run.correct == 0 and odd_run.scoring == FOUND
    with pytest.raises(ScorerError):
        effects.of_run(odd_run, Scoring("regex", "("))


def test_without_a_run_recorded_responses_tell(
    team: Team, validation: QuestionSet, test_set: QuestionSet
) -> None:
    take_odd_responses(team, validation, test_set)
    found = effects.of_set(team, test_set, HASHES)
    assert found.run is None and (found.responses, found.right_after) == (16, 8)


def test_without_responses_the_answers_tell(team: Team, test_set: QuestionSet) -> None:
    Question.objects.filter(question_set=test_set).update(options=[], gold="five")
    found = effects.of_set(team, test_set, Scoring("letter"))
    assert not found.responses and len(found.rows) == 8
    assert (found.questions, found.ungraded) == (8, 8)
    assert effects.of_set(team, test_set, CONTAINS).rows[0].golds == ("five",)


def test_what_takes_algebra_is_left_to_the_worker(odd_run: Run) -> None:
    Question.objects.filter(question_set=odd_run.question_set).update(gold=r"x+\frac{1}{2}y")
    run_rows = odd_run.generations.filter(purpose="respond", expert__source="odd")
    run_rows.update(output=r"RESULT=\frac{y}{2}+x")
    found = effects.of_run(odd_run, HASHES)
    assert found.open == 8
    regrade(odd_run.pk, scoring=HASHES)
    odd_run.refresh_from_db()
    assert odd_run.correct == 8
    assert effects.of_run(odd_run, HASHES).open == 0


def test_only_what_is_compared_alike_keeps_its_verdict(odd_run: Run) -> None:
    """The same is read, and the gold answer is taken apart: what it was before says nothing."""
    Question.objects.filter(question_set=odd_run.question_set).update(gold="x^2+2x+1; 5")
    odd_run.generations.filter(purpose="respond").update(output="The answer is (x+1)^2.")
    regrade(odd_run.pk)
    found = effects.of_run(odd_run, Scoring("any of several"))
    assert (found.right_before, found.open) == (0, 16)
    assert effects.of_run(odd_run, Scoring("mathematics")).open == 0
    regrade(odd_run.pk, scoring=Scoring("any of several"))
    odd_run.refresh_from_db()
    assert odd_run.correct == 8


def test_it_is_noted_until_it_is_done(odd_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nothing rests on verdicts of two scorers, whatever becomes of the message."""

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("webapp.execution.grading.regrade._count_again", killed)
        regrade(odd_run.pk, scoring=HASHES)
    odd_run.refresh_from_db()
    assert odd_run.regrading and odd_run.scoring == HASHES
    for refused in (retry, continue_run):
        with pytest.raises(RunRefused, match="is being graded again"):
            refused(odd_run)
    woken: list[tuple[object, ...]] = []
    monkeypatch.setattr("webapp.queue.events.wake", lambda *message: woken.append(message))
    tasks.advance_all()
    assert ("runs.regrade", odd_run.pk) in woken
    tasks.regrade_run(odd_run.pk)
    odd_run.refresh_from_db()
    assert not odd_run.regrading and odd_run.correct == 8
    graded = odd_run.event_seq
    tasks.regrade_run(odd_run.pk)  # a message that comes twice
    odd_run.refresh_from_db()
    assert odd_run.event_seq == graded


def test_one_that_began_before_gives_way(odd_run: Run) -> None:
    """Two at once: the later one's scorer holds for all of it."""

    def another() -> None:
        if Run.objects.filter(pk=odd_run.pk, scorer="regex").exists():
            begin(odd_run, CONTAINS)

    with pytest.raises(RegradeRefused, match="changed while"):
        regrade(odd_run.pk, another, HASHES)
    tasks.regrade_run(odd_run.pk)
    odd_run.refresh_from_db()
    assert odd_run.scoring == CONTAINS and not odd_run.regrading
    assert states(odd_run)["plain"] == {("The answer is 99.", "incorrect")}


def test_a_ranking_goes_by_its_profiles_run(team: Team, odd_run: Run) -> None:
    assert odd_run.pool is not None
    odd_run.pool.aggregators.add(demo_expert("aggregator"))
    profile = odd_run.pool.profiles.get()
    ranking = submit_ranking(team, None, profile)
    cancel(ranking)
    profiled = profile.runs.get(kind=Run.Kind.PROFILE)
    regrade(profiled.pk, scoring=HASHES)
    with pytest.raises(RunRefused, match="has another scorer since: grade it again first"):
        continue_run(ranking)
    with pytest.raises(RegradeRefused, match="is graded as its profile's run is"):
        begin(ranking, CONTAINS)
    regrade(ranking.pk)
    ranking.refresh_from_db()
    assert ranking.scoring == HASHES
    continue_run(ranking)


def test_what_cannot_be_graded_is_given_up(odd_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the beat would try it for ever, and nobody could go on with the run."""
    begin(odd_run)
    Run.objects.filter(pk=odd_run.pk).update(scorer="from a newer product")
    tasks.regrade_run(odd_run.pk)
    odd_run.refresh_from_db()
    assert not odd_run.regrading
    last = odd_run.events.last()
    assert last is not None and "The scorer is 'from a newer product'" in regraded(last.payload)
