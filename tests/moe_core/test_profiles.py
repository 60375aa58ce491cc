"""Profiles: counted from verdicts, and uncounted again."""

from hypothesis import given
from hypothesis import strategies as st

from moe_core.profiles import Cell, Profile
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
