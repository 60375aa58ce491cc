"""Domains are categories where there are any, clusters elsewhere; every skill has its family."""

import numpy as np
import pytest

from moe_core import domains
from moe_core.domains import clusters, domains_of
from moe_core.evidence import Vectors

# By hand: three questions of law, two of maths, one of medicine, one of no category.
CATEGORIES = ["law", "maths", "law", "medicine", "", "maths", "law"]
SKILLS = [
    ["contracts", "logic"],  # law
    ["algebra", "logic"],  # maths
    ["contracts", "anatomy"],  # law
    ["anatomy"],  # medicine: anatomy has one question here and one in law, which is larger
    ["poetry"],  # of no category
    ["algebra", "logic", "logic"],  # maths: logic has two questions here, one in law
    [],
]
NOTHING = np.zeros((len(CATEGORIES), 3), dtype=np.float32)


def around(axes: list[int], size: int = 8) -> Vectors:
    """Unit vectors near the axes given."""
    rng = np.random.default_rng(1)
    near = np.eye(size, dtype=np.float32)[axes]
    near += 0.05 * rng.standard_normal(near.shape, dtype=np.float32)
    return np.asarray(near / np.linalg.norm(near, axis=1, keepdims=True))


def test_categories_are_the_domains() -> None:
    found = domains_of(CATEGORIES, NOTHING, SKILLS)
    assert found.labelled and found.names == ("law", "maths", "medicine")
    assert found.of == (0, 1, 0, 2, None, 1, 0) and found.sizes == (3, 2, 1)


def test_a_skill_belongs_where_most_questions_that_need_it_lie() -> None:
    found = domains_of(CATEGORIES, NOTHING, SKILLS)
    assert found.families == {
        "contracts": "law",
        "algebra": "maths",
        "logic": "maths",
        "anatomy": "law",
    }
    assert found.members == {
        "law": ("anatomy", "contracts"),
        "maths": ("algebra", "logic"),
        "medicine": (),
    }


def test_of_equal_domains_the_first_by_name_has_the_skill() -> None:
    found = domains_of(["law", "art"], NOTHING[:2], [["style"], ["style"]])
    assert found.names == ("art", "law") and found.families == {"style": "art"}


@pytest.mark.parametrize("nothing", [None, ""])
def test_without_categories_texts_are_clustered(
    monkeypatch: pytest.MonkeyPatch, nothing: str | None
) -> None:
    monkeypatch.setattr(domains, "OF_EACH", 4)
    axes = [0, 1, 2, 1, 0, 1, 2, 0, 1, 1, 2, 0]
    skills = [[["algebra", "proof"], ["torts", "proof"], ["anatomy"]][axis] for axis in axes]
    found = domains_of([nothing] * 12, around(axes), skills)
    # "proof" is in two of three clusters, so that it tells less than what only one has.
    assert not found.labelled and found.sizes == (5, 4, 3)
    assert found.names == ("torts and proof", "algebra and proof", "anatomy")
    assert found.of == tuple([1, 0, 2][axis] for axis in axes)
    assert found.families["anatomy"] == "anatomy" and found.families["proof"] == found.names[0]


def test_clusters_that_need_the_same_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domains, "OF_EACH", 2)
    found = domains_of([None] * 4, around([0, 1, 0, 1]), [["law"]] * 4)
    assert sorted(found.names) == ["law", "law (2)"]


def test_the_same_questions_have_the_same_clusters() -> None:
    vectors = around([place % 7 for place in range(400)])
    first = clusters(vectors)
    assert len(set(first.tolist())) == domains.MOST and (first == clusters(vectors)).all()


def test_few_or_equal_questions_are_one_cluster() -> None:
    assert clusters(around([0, 1, 2])).tolist() == [0, 0, 0]
    assert set(clusters(np.repeat(around([0]), 90, axis=0)).tolist()) == {0}
    empty = domains_of([], np.zeros((0, 4), np.float32), [])
    assert empty.names == () and empty.of == () and empty.families == {}


def test_questions_of_no_skill_have_a_name_too() -> None:
    assert domains_of([None], around([0]), [[]]).names == ("no skill",)


def test_what_clusters_were_not_found_by_goes_to_the_nearest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(domains, "FITTED", 30)
    monkeypatch.setattr(domains, "MOST", 2)
    axes = [place % 2 for place in range(200)]
    found = clusters(around(axes))
    assert (found == found[0]).tolist() == [axis == axes[0] for axis in axes]
