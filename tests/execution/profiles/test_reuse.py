"""A pool made from another one: only who is new in it is asked."""

from collections import Counter
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from gpu_worker.fake_engine import FakeEngine
from moe_core.engine import Checkpoint, Prompt
from tests.conftest import demo_expert
from tests.execution import serving
from webapp.accounts.models import Team
from webapp.audit.actions import Action
from webapp.audit.models import Entry
from webapp.audit.recording import record
from webapp.execution.profiles.asked_before import asked_before
from webapp.execution.start import submit_profile
from webapp.experts.models import Expert, Pool
from webapp.experts.variants import Replacement, variant
from webapp.progress.words import happenings
from webapp.questions.models import QuestionSet
from webapp.runs.models import Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


class Asked:
    """The fake engine, which counts whom it asked."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def __call__(self, checkpoint: Checkpoint, prompt: Prompt) -> str:
        name = Path(checkpoint.source).name
        self.counts[name] += 1
        if "Keywords" in prompt.text:
            return "Keywords: addition, sums"
        return r"So \boxed{14}." if name == "tiny-01" else r"So \boxed{7}."


def profile(pool: Pool, questions: QuestionSet, reuse: bool = True) -> tuple[Run, dict[str, int]]:
    asked = Asked()
    run = submit_profile(pool.team, None, pool, questions, reuse=reuse)
    serving.serve(run, FakeEngine(asked))
    assert run.status == Run.Status.DONE, run.problem
    return run, dict(asked.counts)


def replaced(pool: Pool) -> Pool:
    return variant(pool, Replacement(demo_expert("tiny-02"), demo_expert("tiny-03")))


def cells(run: Run) -> list[tuple[str, int, int]]:
    assert run.profile is not None
    rows = run.profile.totals.order_by("expert__name")
    return list(rows.values_list("expert__name", "right", "wrong"))


def test_only_the_new_expert_is_asked(pool: Pool, validation: QuestionSet) -> None:
    first, asked = profile(pool, validation)
    assert asked == {"annotator": 60, "tiny-01": 12, "tiny-02": 12}
    other = replaced(pool)
    before = asked_before(other, validation)
    told = {row.expert.name: (row.is_asked, row.questions) for row in before}
    assert told == {"tiny-01": (False, 12), "tiny-03": (True, 0), "annotator": (False, 60)}
    second, asked = profile(other, validation)
    assert asked == {"tiny-03": 12}
    assert cells(second)[0] == cells(first)[0] and cells(second)[1][0] == "tiny-03"
    taken = second.generations.filter(expert__name="tiny-01")
    assert not taken.exclude(visit=None, status="done").exists()
    assert second.progress.get(expert__name="tiny-01").tokens == 0, "they cost the first run"
    said = [row.text for row in happenings(second) if row.kind == "reused"]
    assert said == [f"Took over 12 validation responses, 60 annotations from Run {first.pk}"]


def test_nobody_is_asked_twice_unless_that_is_wanted(pool: Pool, validation: QuestionSet) -> None:
    _, first = profile(pool, validation)
    again, asked = profile(variant(pool), validation)
    assert asked == {} and again.profile is not None and again.profile.ready
    assert profile(pool, validation, reuse=False)[1] == first


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"max_model_len": 512}, "its checkpoint, or how it is loaded"),
        ({"max_new_tokens": 60}, "limit of tokens"),
        ({"system_prompt": "Be brief."}, "how it is asked was changed"),
        ({"caution": "Rather small."}, ""),
    ],
)
def test_who_is_asked_in_another_way_is_asked_again(
    pool: Pool, validation: QuestionSet, change: dict[str, object], why: str
) -> None:
    profile(pool, validation)
    expert = Expert.objects.get(name="tiny-01")
    for name, value in change.items():
        setattr(expert, name, value)
    expert.save()
    with transaction.atomic():
        record(Action.EXPERT_CHANGED, expert, **change)
    (told,) = [row for row in asked_before(pool, validation) if row.expert == expert]
    assert (why in told.why_not) and told.is_asked == bool(why)
    assert profile(pool, validation)[1] == ({"tiny-01": 12} if why else {})


def test_other_questions_and_other_teams_are_asked(
    team: Team, pool: Pool, validation: QuestionSet, question_set: object
) -> None:
    profile(pool, validation)
    validation.questions.filter(row__lte=2).update(text="What is 7 + 7, in words?")
    assert profile(pool, validation)[1] == {"annotator": 10, "tiny-01": 2, "tiny-02": 2}
    other = Team.objects.create(name="Other")
    Pool.objects.filter(pk=pool.pk).update(team=other)
    QuestionSet.objects.filter(pk=validation.pk).update(team=other)
    pool.refresh_from_db()
    validation.refresh_from_db()
    assert profile(pool, validation)[1]["tiny-01"] == 12


def test_a_variant_is_a_pool_of_its_own(pool: Pool) -> None:
    pool.aggregators.set([demo_expert("tiny-02"), demo_expert("aggregator")])
    made = replaced(pool)
    assert made.name == "Small with tiny-03 instead of tiny-02"
    assert set(made.experts.values_list("name", flat=True)) == {"tiny-01", "tiny-03"}
    assert set(made.aggregators.values_list("name", flat=True)) == {"tiny-03", "aggregator"}
    assert made.annotator == pool.annotator
    assert set(pool.experts.values_list("name", flat=True)) == {"tiny-01", "tiny-02"}
    entry = Entry.objects.filter(action=Action.POOL_MADE.value).latest("pk")
    assert entry.details["made_of"] == "Small" and entry.details["by"] == "tiny-03"
    assert [variant(pool).name for _ in range(2)] == ["Small (copy)", "Small (copy) 2"]
    with pytest.raises(ValidationError, match="is in Small already"):
        variant(pool, Replacement(demo_expert("tiny-02"), demo_expert("tiny-01")))
    with pytest.raises(ValidationError, match="is not in Small"):
        variant(pool, Replacement(demo_expert("tiny-03"), demo_expert("tiny-04")))
    with pytest.raises(ValidationError, match="called Small already"):
        variant(pool, name="Small")
