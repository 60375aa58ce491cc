"""How a run's answers fall into verdicts and skills, counted once."""

import pytest
from django.db import transaction
from django.test import Client

from tests.pages.results.looking import page_of
from webapp.db.memory import cache
from webapp.pages.results import counts
from webapp.queue import events
from webapp.runs.models import Answer, Event, Run

pytestmark = pytest.mark.django_db


def test_counts_follow_the_run(
    signed_in: Client, run: Run, judged: list[Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert counts.totals(run).verdicts["correct"] == 2
    Answer.objects.filter(pk=judged[2].pk).update(verdict="correct")
    assert counts.totals(run).verdicts["correct"] == 2
    with transaction.atomic():
        events.append(run.pk, Event.Kind.REGRADED)
    assert 'Correct <small class="muted">3</small>' in page_of(signed_in, run)
    assert "<strong>3</strong> of 8" in page_of(signed_in, run, "verdict=correct")
    monkeypatch.setattr("webapp.pages.results.table.SIZE", 1)
    assert "<strong>3</strong> of 8" in page_of(signed_in, run, "disagree=yes")
    monkeypatch.setattr(counts, "MOST", 1)
    monkeypatch.setattr(counts, "MOST_WITH_WORDS", 2)
    assert "More than <strong>1</strong> of 8" in page_of(
        signed_in, run, "skill=&disagree=yes&outcome=lost"
    )
    assert "More than <strong>2</strong> of 8" in page_of(signed_in, run, "words=It")


@pytest.mark.parametrize("sample", [3, 8, 1000])
def test_choices_of_a_sample(run: Run, monkeypatch: pytest.MonkeyPatch, sample: int) -> None:
    for place, answer in enumerate(run.answers.order_by("pk")):
        answer.skills = [["", f"skill {place}", 1.0], ["", "sums", 1.0]]
        answer.save()
    monkeypatch.setattr(counts, "SAMPLE", sample)
    found = counts.skills(run)
    assert found == sorted(found) and "sums" in found
    assert len(found) == 1 + min(sample, 8)
    monkeypatch.setattr(counts, "OFFERED", 1)
    cache.clear()
    assert counts.skills(run) == ["sums"], "the most frequent"
