"""A category tells the domain; without one it is guessed, and the guess stays uncertain."""

from itertools import cycle, islice

import numpy as np
import pytest

from moe_core.domains import Domains, domains_of
from moe_core.evidence import Vectors
from moe_core.memberships import Memberships
from tests.moe_core.test_domains import around

NAMES = ("law", "maths", "medicine")


def domains(told: list[str | None]) -> Domains:
    return domains_of(told, np.zeros((len(told), 8), np.float32), [[]] * len(told))


def of_axes(names: tuple[str, ...], size: int = 60) -> tuple[Memberships, Vectors]:
    """Questions of each name around an axis of its own."""
    axes = list(islice(cycle(range(len(names))), size))
    told = [names[axis] for axis in axes]
    vectors = around(axes)
    return Memberships(domains(list(told)), vectors), vectors


@pytest.mark.parametrize("names", [NAMES, NAMES[:2]])
def test_texts_are_guessed_by_those_that_are_known(names: tuple[str, ...]) -> None:
    found, _ = of_axes(names)
    guessed = found.of([None] * len(names), np.eye(8, dtype=np.float32)[: len(names)])
    assert guessed.argmax(axis=1).tolist() == [found.names.index(name) for name in names]
    assert guessed.sum(axis=1) == pytest.approx(1) and 0.8 < guessed.max() < 1


def test_a_known_category_is_certain_whatever_the_text_says() -> None:
    found, vectors = of_axes(NAMES)
    told = found.of(["maths", "botany"], vectors[:2])
    assert told[0].tolist() == [0, 1, 0] and found.likeliest("law", vectors[1]) == ("law", 1.0)
    # Nobody has seen botany: its text is all that there is to go by.
    assert told[1] == pytest.approx(found.of([None], vectors[1:2])[0])


def test_a_text_between_two_domains_is_of_both() -> None:
    found, _ = of_axes(NAMES)
    between = np.array([[1, 1, 0, 0, 0, 0, 0, 0]], dtype=np.float32) / np.sqrt(2, dtype=np.float32)
    assert found.of([None], between)[0].max() < 0.6


def test_clusters_are_guessed_even_where_a_category_is_called_like_one() -> None:
    axes = [place % 2 for place in range(60)]
    clustered = domains_of([None] * 60, around(axes), [[["torts"], ["algebra"]][a] for a in axes])
    found = Memberships(clustered, around(axes))
    assert not clustered.labelled and set(found.names) == {"torts", "algebra"}
    assert found.of(["torts"], around([1]))[0].argmax() == found.names.index("algebra")


def test_questions_without_a_category_are_guessed_too() -> None:
    told: list[str | None] = [None if place == 3 else NAMES[place % 2] for place in range(40)]
    found = Memberships(domains(told), around([place % 2 for place in range(40)]))
    assert found.known[3].max() < 1 and found.known[3].argmax() == found.names.index("maths")


def test_of_one_domain_or_none_there_is_nothing_to_know() -> None:
    for told in ([], ["law"] * 5):
        found = Memberships(domains(list(told)), np.zeros((len(told), 8), np.float32))
        assert found.known.shape == (len(told), 0) and found.of(["law"], around([0])).shape == (
            1,
            0,
        )
        assert found.likeliest("law", around([0])[0]) is None
