"""Which runs come before another on the GPU."""

import pytest

from moe_core.values import Stage
from tests.conftest import demo_expert
from webapp.accounts.models import Team
from webapp.progress.gpu import GpuNow
from webapp.progress.standing import Before, Kind, _before, standing
from webapp.runs.models import Progress, Run

pytestmark = pytest.mark.django_db

FREE = GpuNow(silent=frozenset(), visits=[])


def asking(team: Team, kind: str, purpose: str, n: int) -> Run:
    """A run that waits for so many generations."""
    run = Run.objects.create(team=team, kind=kind)
    Progress.objects.create(run=run, purpose=purpose, expert=demo_expert("tiny-01"), asked=n)
    return run


def before(run: Run) -> list[Before]:
    """What the page tells."""
    found = standing(run, list(run.progress.select_related("expert")), FREE)
    assert (found.kind is Kind.BEHIND) == bool(found.before)
    return list(found.before)


def test_a_rankings_aggregations_are_served_with_the_responses(team: Team) -> None:
    ranking = asking(team, "rank", "aggregate", 10)
    responding = asking(team, "answer", "respond", 5)
    assert before(responding) == [Before(ranking, 10)], "they are not of a later stage"
    assert before(ranking) == [Before(responding, 5)]
    writing = asking(team, "answer", "aggregate", 100)
    assert before(ranking) == [Before(responding, 5)], "what others write comes later"
    assert before(writing) == [Before(ranking, 10), Before(responding, 5)]


def test_of_a_ranking_nothing_comes_before_what_is_of_an_earlier_stage(team: Team) -> None:
    ranking = asking(team, "rank", "aggregate", 10)
    annotating = asking(team, "answer", "annotate", 7)
    assert _before(annotating, Stage.INFER) == []
    assert _before(annotating, Stage.RESPOND) == [Before(ranking, 10)]
    assert before(ranking) == [Before(annotating, 7)]
