"""Words in questions and outputs, wherever they stand."""

from collections.abc import Callable, Sequence

import pytest

from tests.conftest import MakeSet, Messages
from webapp.accounts.models import User
from webapp.db.words import BLOCK
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.questions.models import Question
from webapp.results import search
from webapp.results.filters import Filters, neighbours
from webapp.runs.models import Answer, Generation, Run

pytestmark = pytest.mark.django_db


def scattered(run: Run, places: Sequence[int], output: Callable[[int], str]) -> list[int]:
    """Answers of the run far apart, with a response each."""
    assert run.pool is not None
    questions = run.answers.order_by("pk").values_list("question_id", flat=True)
    taken = list(questions)[: len(places)]
    run.answers.all().delete()
    last = Answer.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    base = (last // BLOCK + 10) * BLOCK
    made = Answer.objects.bulk_create(
        Answer(pk=base + place, run=run, question_id=question)
        for place, question in zip(places, taken, strict=True)
    )
    expert = run.pool.experts.all()[0]
    Generation.objects.bulk_create(
        Generation(
            run=run, answer=answer, expert=expert, engine_key="", stage=1, purpose="respond",
            number=0, prompt="", temperature=0, max_tokens=1, seed=0, status="done",
            output=output(place),
        )
        for place, answer in enumerate(made)
    )  # fmt: skip
    return [answer.pk for answer in made]


@pytest.mark.parametrize("most", [2, 20_000])
def test_words_are_found_wherever_they_stand(
    run: Run, user: User, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(search, "MOST", most)
    places = [0, 1, BLOCK - 1, BLOCK, 3 * BLOCK + 5, 40 * BLOCK, 41 * BLOCK - 1, 70 * BLOCK]
    keys = scattered(run, places, lambda n: f"all, {'odd' if n % 2 else 'even'}; no{n} 40")
    for words, found in {
        "all": keys,
        "odd": keys[1::2],
        "all -odd": keys[1::2],
        "no2 OR odd even": [keys[2]],
        "---": [],
        "no7": keys[7:],
        "no0 OR no6": [keys[0], keys[6]],
        "#40 nowhere": [],
        str(keys[0] // BLOCK): [],
    }.items():
        filters = Filters(words=words)
        assert list(filters.answers(run, user).order_by("pk").values_list("pk", flat=True)) == found
        for many in (2, 100):
            rows = Answer.objects.filter(run=run)
            assert search.holding(run, rows, words, many=many) == found[:many]
            for key in (keys[0] - 1, keys[3], keys[7] + 1):
                after = search.holding(run, rows, words, after=key, many=many)
                before = search.holding(run, rows, words, before=key, many=many)
                assert after == [pk for pk in found if pk > key][:many], (words, key)
                assert before == [pk for pk in found if pk < key][::-1][:many], (words, key)
    answer = Answer.objects.select_related("run").get(pk=keys[3])
    assert neighbours(answer, Filters(words="odd"), user) == (keys[1], keys[5])


def test_words_of_questions_are_found_among_those_of_outputs(run: Run, user: User) -> None:
    places = [0, BLOCK, 3 * BLOCK + 5, 40 * BLOCK, 70 * BLOCK]
    keys = scattered(run, places, lambda n: f"no{n}")
    rows = Answer.objects.filter(run=run)
    asked = list(rows.order_by("pk").values_list("question_id", flat=True))
    for number, question in enumerate(asked):
        text = f"everyone {'odd' if number % 2 else 'even'} asked{number}"
        Question.objects.filter(pk=question).update(text=text)
    for words, found in {
        "everyone": keys,
        "even": keys[::2],
        "asked4": keys[4:],
        "asked0 OR no2": [keys[0], keys[2]],
        "everyone no0": [],
    }.items():
        for many in (2, 100):
            assert search.holding(run, rows, words, many=many) == found[:many], words
            before = search.holding(run, rows, words, before=keys[-1] + 1, many=many)
            assert before == found[::-1][:many], words


def test_answers_stand_in_the_order_of_their_questions(
    pool: Pool, question_set: MakeSet, nobody_listens: Messages
) -> None:
    """By which words in questions are found."""
    questions = question_set()
    for row, question in enumerate(questions.questions.order_by("-pk")):
        questions.questions.filter(pk=question.pk).update(row=1000 + row)  # the other way round
    run = submit_run(pool.team, None, pool=pool, questions=questions, method="all-experts")
    asked = list(run.answers.order_by("pk").values_list("question_id", flat=True))
    assert len(asked) > 1 and asked == sorted(asked)
