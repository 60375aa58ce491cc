"""Nobody reads what honest use forbids: shown by changing it, and nothing else changes."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_core.comparators import contrastive, selector
from moe_core.embedder import embed
from moe_core.replay.playing import recruited, voted
from moe_core.replay.prepared import Prepared, prepare
from moe_core.replay.recording import Recording, Response, read_recording
from moe_core.replay.ways import WAYS, Way
from tests.moe_core.replay.files import recording

K = 2
every_way = pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))


@pytest.fixture(autouse=True, scope="module")
def quickly() -> Iterator[None]:
    """What is trained is trained for a moment: what it reads is the same."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(contrastive, "STEPS", (5,))
        patched.setattr(selector, "TREES", 5)
        yield


@cache
def recordings() -> tuple[Recording, Recording]:
    with TemporaryDirectory() as folder:
        return (
            read_recording(*recording(Path(folder), "validation", 0, 40)),
            read_recording(*recording(Path(folder), "test", 100, 12)),
        )


@cache
def prepared() -> Prepared:
    return prepare(*recordings(), embed)


def seats_and_answers(way: Way, test: Recording) -> tuple[object, object]:
    of = prepare(recordings()[0], test, _remembered)
    seats = recruited(way, of, test, K, 0, trimmed=False)
    return seats, voted(way, of, test, seats)


@cache
def _vector(text: str) -> bytes:
    return bytes(embed([text])[0].tobytes())


def _remembered(texts: object) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    assert isinstance(texts, list | tuple)
    return np.stack([np.frombuffer(_vector(text), np.float32) for text in texts])


@every_way
@given(st.permutations("ABCDABCDABCD"))
@settings(max_examples=2, deadline=None)
def test_gold_answers_of_the_test_change_nothing(way: Way, gold: list[str]) -> None:
    test = recordings()[1]
    shuffled = replace(
        test, questions=[replace(q, gold=g) for q, g in zip(test.questions, gold, strict=True)]
    )
    assert seats_and_answers(way, shuffled) == seats_and_answers(way, test)


@every_way
def test_responses_of_those_not_recruited_change_nothing(way: Way) -> None:
    test = recordings()[1]
    seats = recruited(way, prepared(), test, K, 0, trimmed=False)
    other = Response("D", "I have no idea, perhaps D. The answer is (D).")
    rows = [
        [r if model in team else other for model, r in zip(test.models, row, strict=True)]
        for row, team in zip(test.responses, seats, strict=True)
    ]
    changed = replace(test, responses=rows)
    assert recruited(way, prepared(), changed, K, 0, trimmed=False) == seats
    assert voted(way, prepared(), changed, seats) == voted(way, prepared(), test, seats)


@every_way
def test_what_is_recruited_reads_no_response_at_all(way: Way) -> None:
    test = recordings()[1]
    silent = replace(test, responses=[[None] * len(test.models) for _ in test.ids])
    seats = recruited(way, prepared(), test, K, 0, trimmed=False)
    assert recruited(way, prepared(), silent, K, 0, trimmed=False) == seats
    assert voted(way, prepared(), silent, seats) == [None] * len(test.ids)
