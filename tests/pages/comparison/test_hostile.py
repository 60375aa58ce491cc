"""Outputs that are made to cost time, beside each other: the page's budget is for all of them."""

import time

import pytest
from django.core.cache import caches
from django.test import Client

from tests.hostile_texts import REPEATED, flood
from tests.pages.comparison.test_several import of
from webapp.pages.shared.markup import LONGEST
from webapp.pages.shared.rendering import spending
from webapp.runs.models import Generation, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]
SEATS = 8  # of each run


def crowded(runs: list[Run], text: str) -> str:
    """The address of a question to which each run has eight outputs of this text."""
    question = runs[0].answers.order_by("pk")[0].question_id
    like = Generation.objects.filter(run=runs[0], purpose="respond")[0]
    for run in runs:
        answer = run.answers.get(question=question)
        answer.generations.all().delete()
        Generation.objects.bulk_create(
            Generation(
                run=run, answer=answer, expert=like.expert, engine_key="", stage=1,
                purpose="respond", number=n, prompt="", temperature=0, max_tokens=1, seed=0,
                status="done", verdict="incorrect", stated=text[:2000], output=f"{n} {run} {text}",
            )
            for n in range(SEATS)
        )  # fmt: skip
    return f"/runs/compare/questions/{question}?" + of(runs).partition("?")[2]


def seconds(client: Client, where: str) -> float:
    began = time.process_time()
    with spending():
        assert client.get(where, headers={"HX-Request": "true"}).status_code == 200, where
    return time.process_time() - began


def test_the_worst_of_it(signed_in: Client, four: list[Run]) -> None:
    caches["texts"].clear()
    assert seconds(signed_in, crowded(four, flood("images", LONGEST - 40))) < 6
    assert seconds(signed_in, of(four, show="all")) < 3


@pytest.mark.faults
@pytest.mark.parametrize("name", REPEATED)
def test_anything(signed_in: Client, four: list[Run], name: str) -> None:
    for size in (LONGEST - 40, 1_000_000):
        assert seconds(signed_in, crowded(four, flood(name, size))) < 15
