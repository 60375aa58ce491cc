"""Suspected gold answers: single cases, a simulation with known errors, and recorded responses."""

import json
from pathlib import Path

import numpy as np
import pytest

from moe_core.suspects import GOLD, NOTHING, Bools, Ints, Suspicions, suspicions

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "recorded"
EASY = np.zeros((40, 5), dtype=int)  # questions that everybody gets right
EASY[:8] = np.eye(8, 5, dtype=int)[:, :5]  # but for one mistake each


def of_one(said: list[int], options: int = 4) -> Suspicions:
    """After 40 others, which tell how good the experts are: the last one."""
    return suspicions(np.vstack([EASY, said]), np.full(41, options))


def test_who_agrees_against_the_gold_answer_makes_it_suspect() -> None:
    found = of_one([1, 1, 1, 1, 1])
    assert found.answer[-1] == 1 and found.probability[-1] > 0.95
    assert (found.answered[-1], found.agree[-1], found.with_gold[-1]) == (5, 5, 0)
    assert (found.strong[-1], found.strong_agree[-1]) == (5, 5)
    assert (found.plurality[-1], found.most[-1]) == (1, 5) and found.strength[-1] > 0.9
    split = of_one([1, 1, 1, GOLD, GOLD])
    assert 0.05 < split.probability[-1] < found.probability[-1]
    for said in ([GOLD] * 5, [GOLD, GOLD, GOLD, GOLD, 1]):
        assert of_one(said).probability[-1] < 0.01
    scattered = of_one([1, 2, 3, 1, 2], options=10)
    assert scattered.probability[-1] < found.probability[-1]


def test_no_answer_says_nothing() -> None:
    found = of_one([NOTHING] * 5)
    assert (found.answer[-1], found.probability[-1], found.answered[-1]) == (0, 0, 0)
    assert (found.strength[-1], found.plurality[-1], found.most[-1]) == (0, 0, 0)
    even = of_one([2, 2, GOLD, GOLD, NOTHING])
    assert (even.plurality[-1], even.most[-1]) == (GOLD, 2), "of equals the gold answer"
    assert of_one([1, NOTHING, NOTHING, NOTHING, NOTHING]).answered[-1] == 1
    nothing = suspicions(np.zeros((0, 3), dtype=int), np.zeros(0, dtype=int))
    assert len(nothing.probability) == 0


def test_coinciding_says_more_where_it_is_less_likely() -> None:
    two, ten = (of_one([1, 1, 1, NOTHING, NOTHING], options).probability[-1] for options in (2, 10))
    assert ten > two
    assert of_one([1] * 5, options=0).probability[-1] == of_one([1] * 5, options=10).probability[-1]


def test_an_expert_is_judged_without_the_question_itself() -> None:
    said = np.array([[GOLD, GOLD], [GOLD, GOLD], [GOLD, 1]])
    found = suspicions(said, np.full(3, 4))
    assert found.strong[2] == 2, "both were right on all the others"


def test_who_is_weak_in_a_category_is_not_strong_there() -> None:
    rng = np.random.default_rng(0)
    said = np.zeros((200, 2), dtype=int)
    categories = np.repeat([0, 1], 100)
    said[:100, 0] = rng.integers(1, 4, size=100)
    said[100:, 1] = rng.integers(1, 4, size=100)
    found = suspicions(said, np.full(200, 4), categories)
    assert set(found.strong) == {1}
    assert found.probability.max() < 0.01, "the one who knows the subject says the gold answer"


def simulated(seed: int, difficulty: float) -> tuple[Ints, Bools, Ints]:
    """2,000 questions of unlike difficulty with a tempting answer each, 8 experts who are right in
    55 to 85 %, and 5 % of gold answers that are wrong: what was said, which are wrong, and
    what is right."""
    rng = np.random.default_rng(seed)
    n, experts, options = 2000, 8, 4
    share = np.linspace(0.55, 0.85, experts)
    logit = np.log(share / (1 - share)) + rng.normal(0, difficulty, size=(n, 1))
    true = rng.integers(options, size=(n, 1))
    tempting = (true + rng.integers(1, options, size=(n, 1))) % options
    other = (true + rng.integers(1, options, size=(n, experts))) % options
    wrong = np.where(rng.random((n, experts)) < 0.5, tempting, other)
    stated = np.where(rng.random((n, experts)) < 1 / (1 + np.exp(-logit)), true, wrong)
    flipped = rng.random((n, 1)) < 0.05
    gold = np.where(flipped, (true + rng.integers(1, options, size=(n, 1))) % options, true)
    return (stated - gold) % options, flipped[:, 0], ((true - gold) % options)[:, 0]


@pytest.mark.parametrize(("difficulty", "precise", "recalled"), [(0.0, 0.98, 0.9), (1.0, 0.7, 0.7)])
def test_wrong_golds_come_first(difficulty: float, precise: float, recalled: float) -> None:
    for seed in range(3):
        said, flipped, truth = simulated(seed, difficulty)
        found = suspicions(said, np.full(len(said), 4))
        is_hit = flipped & (found.answer == truth)
        order = np.argsort(-found.probability)
        assert is_hit[order[:50]].mean() >= precise
        assert is_hit[order[: 2 * flipped.sum()]].sum() / flipped.sum() >= recalled
        sure = found.probability > 0.5
        assert sure.sum() >= 20
        # It rather says too little than too much: experts who err together are made less of.
        assert is_hit[sure].mean() >= found.probability[sure].mean() - 0.05


@pytest.mark.skipif(not FOLDER.exists(), reason="needs ../shared/recorded")
def test_on_recorded_responses() -> None:
    """16 models, right in 20 to 46 % of MMLU-Pro: where golds that are wrong by any textbook come
    first, few are called probable, and of golds made wrong more stand in front than by chance."""
    said, options, categories, keys = recorded()
    found = suspicions(said, options, categories)
    first = {keys[place] for place in np.argsort(-found.probability)[:10]}
    # The zone that light reaches is the euphotic, not the neritic one; and exercises against the
    # fear of flying are behavior therapy.
    assert {3335, 2031} <= first
    assert (found.probability > 0.2).sum() < 0.02 * len(keys)
    rng = np.random.default_rng(0)
    flipped = (rng.random(len(keys)) < 0.05) & (options > 1)
    shift = rng.integers(1, np.maximum(options, 2))
    moved = (said - shift[:, None]) % options[:, None]
    again = suspicions(np.where((said >= 0) & flipped[:, None], moved, said), options, categories)
    is_hit = flipped & (again.answer == -shift % options)
    assert is_hit[np.argsort(-again.probability)[:50]].mean() >= 3 * flipped.mean()


def recorded() -> tuple[Ints, Ints, Ints, list[int]]:
    from pyarrow import parquet

    lines = (FOLDER / "mmlu_pro_test.jsonl").read_text().splitlines()
    questions = [json.loads(line) for line in lines]
    rows = parquet.read_table(FOLDER / "responses_test.parquet").to_pylist()
    places = {question["question_id"]: place for place, question in enumerate(questions)}
    models = sorted({row["model"] for row in rows})
    named = sorted({question["category"] for question in questions})
    said = np.full((len(questions), len(models)), NOTHING)
    options = np.array([len(question["options"]) for question in questions])
    for row in rows:
        place = places[row["question_id"]]
        letter = ord(row["pred"] or "?") - ord("A")
        if 0 <= letter < options[place]:
            gold = ord(questions[place]["answer"]) - ord("A")
            said[place, models.index(row["model"])] = (letter - gold) % options[place]
    categories = np.array([named.index(question["category"]) for question in questions])
    return said, options, categories, list(places)
