"""Profiles: counted from verdicts, and uncounted again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.profiles import PRIOR_QUESTIONS, Cell, Profile
from moe_core.values import Verdict

EXPERTS = ["a", "b", "c"]
Observation = tuple[list[str], dict[str, Verdict]]

observations = st.lists(
    st.tuples(
        st.lists(st.sampled_from(["algebra", "law", "tax"]), unique=True),
        st.dictionaries(st.sampled_from(EXPERTS), st.sampled_from(Verdict)),
    ),
    max_size=12,
)


def test_right_wrong_and_no_answer() -> None:
    profile = Profile.build(
        EXPERTS,
        [
            (["law", "tax"], {"a": Verdict.CORRECT, "b": Verdict.NO_ANSWER}),
            (["law"], {"a": Verdict.INCORRECT, "b": Verdict.INCORRECT}),
            (["law"], {"a": Verdict.UNGRADED}),
            ([], {"a": Verdict.CORRECT}),
        ],
    )
    assert profile.cells == {
        "a": {"law": Cell(1, 1), "tax": Cell(1, 0)},
        "b": {"law": Cell(0, 2), "tax": Cell(0, 1)},
        "c": {},
    }
    assert profile.scores == {"a": {"law": 0, "tax": 1}, "b": {"law": -2, "tax": -1}, "c": {}}
    assert profile.skills == ["law", "tax"]
    assert profile.answered == {"a": Cell(2, 1), "b": Cell(0, 2), "c": Cell()}
    assert profile.strongest == ["a", "b", "c"]


@given(observations, st.data())
def test_without_is_as_if_it_had_never_been_asked(
    seen: list[Observation], data: st.DataObject
) -> None:
    if not seen:
        return
    place = data.draw(st.integers(0, len(seen) - 1))
    others = seen[:place] + seen[place + 1 :]
    whole = Profile.build(EXPERTS, seen)
    before = Profile.build(EXPERTS, seen)
    assert whole.without(*seen[place]) == Profile.build(EXPERTS, others)
    assert whole == before  # it is a copy that forgets


@given(observations)
def test_order_does_not_matter(seen: list[Observation]) -> None:
    assert Profile.build(EXPERTS, seen) == Profile.build(EXPERTS, seen[::-1])


def test_accuracy_is_shrunk_towards_the_mean() -> None:
    profile = Profile({"a": {"law": Cell(3, 0), "tax": Cell(7, 10)}, "new": {}})
    mean = 11 / 22
    assert profile.accuracy("a", []) == pytest.approx(mean)
    law = (3 + PRIOR_QUESTIONS * mean) / (3 + PRIOR_QUESTIONS)
    assert profile.accuracy("a", ["law"]) == pytest.approx(law)
    assert mean < law < 1
    both = (10 + PRIOR_QUESTIONS * mean) / (20 + PRIOR_QUESTIONS)
    assert profile.accuracy("a", ["law", "tax"]) == pytest.approx(both)
    assert profile.accuracy("new", ["law"]) == 0.5
    poor = Profile({"old": {"law": Cell(20, 80)}, "new": {"law": Cell(1, 0)}})
    assert poor.accuracy("new", ["law"]) < 0.5  # one right answer among poor experts
    assert 0 < Profile({"a": {"law": Cell(10**6, 0)}}).accuracy("a", ["law"]) < 1
