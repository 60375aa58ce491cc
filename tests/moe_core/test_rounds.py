"""Methods with several rounds, by hand: who reads what, when it ends, which answer counts."""

from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core import prompts, rounds
from moe_core.methods import DEBATE_ROUNDS, METHODS, REFINEMENTS
from moe_core.pipeline import Known, Plan, advance
from moe_core.profiles import Cell, Profile
from moe_core.recruiters import RECRUITERS, recruit
from moe_core.recruitment import Asked, Recruitment
from moe_core.values import Question, Stage, Verdict
from moe_core.votes import one_each

QUESTION = Question("Which colour has grass?", ("red", "green"), "B")
PROFILE = Profile({"ann": {"law": Cell(3, 1)}, "ben": {"law": Cell(2, 2)}, "kim": {}})
A, B, NOTHING = "The answer is (A).", "The answer is (B).", "I cannot say."


def plan(method: str, k: int = 3) -> Plan:
    chosen = METHODS[method]

    def draw(asked: Asked) -> Recruitment:
        return recruit(chosen.recruiter or "paper", PROFILE, asked, k, 0)

    return Plan(
        method=chosen,
        annotator=None,
        aggregator="gil" if chosen.writer == "llm" else None,
        recruit=draw,
        match=lambda skills: [],
        weigh=partial(one_each, PROFILE),
        samples=k if chosen.samples else 1,
    )


def after(*said: list[str | None], seats: tuple[str, ...] = ("ann", "ben", "kim")) -> Known:
    return Known(QUESTION, Stage.RESPOND, seats=seats, rounds=said)


@pytest.mark.parametrize(
    ("method", "seats"),
    [
        ("single", ["ann"]),
        ("self-consistency", ["ann", "ann", "ann"]),
        ("self-refine", ["ann"]),
        ("mixture-of-agents", ["ann", "ben", "kim"]),
        ("debate", ["ann", "ben", "kim"]),
    ],
)
def test_who_responds_first(method: str, seats: list[str]) -> None:
    step = advance(Known(QUESTION), plan(method))
    assert [(r.expert, r.number, r.round) for r in step.requests] == [
        (expert, number, 0) for number, expert in enumerate(seats)
    ]
    assert {r.prompt for r in step.requests} == {prompts.respond(QUESTION.text, QUESTION.options)}
    recruiter = RECRUITERS[METHODS[method].recruiter or "paper"]
    assert METHODS[method].seats(recruiter, 3, 3) == len(seats)


def test_one_round_is_one_round() -> None:
    assert advance(after([A], seats=("ann",)), plan("single")).answer == "A"
    samples = after([A, B, B], seats=("ann", "ann", "ann"))
    assert advance(samples, plan("self-consistency")).answer == "B"
    step = advance(after([A, B, B]), plan("mixture-of-agents"))
    assert step.stage is Stage.AGGREGATE and step.requests[0].expert == "gil"


def test_refining_reads_its_own_last_response() -> None:
    known = after([f"hm </think> {A}"], seats=("ann",))
    step = advance(known, plan("self-refine"))
    (request,) = step.requests
    assert (step.stage, request.expert, request.number, request.round) == (
        Stage.RESPOND,
        "ann",
        0,
        1,
    )
    assert request.prompt == prompts.refine(QUESTION.text, A, QUESTION.options)
    said: list[list[str | None]] = [[A], [NOTHING], [None]]
    assert len(said) == 1 + REFINEMENTS
    again = advance(after(*said[:2], seats=("ann",)), plan("self-refine"))
    assert again.requests[0].prompt == prompts.refine(QUESTION.text, NOTHING, QUESTION.options)
    last = advance(after(*said, seats=("ann",)), plan("self-refine"))
    assert (last.answer, last.verdict) == ("A", Verdict.INCORRECT)  # the last that states one
    assert advance(after([A], [A], [B], seats=("ann",)), plan("self-refine")).answer == "B"


def test_a_debate_shows_what_the_others_said_last() -> None:
    step = advance(after([A, None, B]), plan("debate"))
    assert [(r.expert, r.number, r.round) for r in step.requests] == [
        ("ann", 0, 1),
        ("ben", 1, 1),
        ("kim", 2, 1),
    ]
    text, options = QUESTION.text, QUESTION.options
    assert [r.prompt for r in step.requests] == [
        prompts.debate(text, A, [B], options),
        prompts.debate(text, None, [A, B], options),
        prompts.debate(text, B, [A], options),
    ]
    third = advance(after([A, None, B], [None, NOTHING, A + " Sure."]), plan("debate"))
    # Ann failed in the second round: what she said in the first still stands, and so all agree.
    assert (third.stage, third.answer) == (None, "A")


def test_a_debate_ends_when_all_agree_or_after_its_rounds() -> None:
    assert advance(after([B, B, B]), plan("debate")).answer == "B"
    assert advance(after([B, NOTHING, B]), plan("debate")).answer == "B"
    assert advance(after([A, B, B], [B, B, B]), plan("debate")).answer == "B"
    silent = advance(after([NOTHING] * 3), plan("debate"))
    assert len(silent.requests) == 3  # nothing is stated: that is not agreement
    said: list[list[str | None]] = [[A, B, B]] * DEBATE_ROUNDS
    assert advance(after(*said[:-1]), plan("debate")).requests
    last = advance(after(*said), plan("debate"))
    assert (last.stage, last.answer, last.verdict) == (None, "B", Verdict.CORRECT)


@pytest.mark.parametrize("method", ["self-refine", "debate"])
def test_when_a_first_round_fails_nobody_is_asked_again(method: str) -> None:
    step = advance(after([None, None, None]), plan(method))
    assert (step.stage, step.answer, step.verdict) == (None, None, Verdict.NO_ANSWER)


def test_a_later_round_may_fail_as_a_whole() -> None:
    failed: list[str | None] = [None, None, None]
    step = advance(after([A, B, B], failed), plan("debate"))
    assert {request.round for request in step.requests} == {2}
    assert advance(after([A, B, B], failed, failed), plan("debate")).answer == "B"


def test_one_seat_that_may_see_others_refines() -> None:
    """Nobody else has said anything."""
    method = replace(METHODS["debate"], until_agreed=False)
    step = advance(after([A], seats=("ann",)), replace(plan("debate"), method=method))
    assert step.requests[0].prompt == prompts.refine(QUESTION.text, A, QUESTION.options)


said = st.none() | st.sampled_from([A, B, NOTHING, ""])


@given(
    st.sampled_from([name for name, method in METHODS.items() if method.rounds > 1]),
    st.lists(st.tuples(said, said, said), min_size=DEBATE_ROUNDS, max_size=DEBATE_ROUNDS),
)
def test_every_question_comes_to_a_verdict(
    method: str, script: list[tuple[str | None, str | None, str | None]]
) -> None:
    """Whatever is generated, or fails: at most so many rounds, each over all seats."""
    known = Known(QUESTION)
    for number in range(METHODS[method].rounds + 1):
        step = advance(known, plan(method))
        if step.verdict is not None:
            break
        assert {request.round for request in step.requests} == {number}
        seats = [request.expert for request in step.requests]
        assert known.seats in ((), seats)
        written = script[number][: len(seats)]
        known = replace(known, stage=step.stage, seats=seats, rounds=[*known.rounds, written])
    assert step.verdict is not None
    assert len(known.rounds) <= METHODS[method].rounds


@given(st.lists(st.lists(st.none() | st.text(max_size=2), min_size=2, max_size=2), min_size=1))
def test_a_failed_round_takes_nothing_back(said: list[list[str | None]]) -> None:
    before = rounds.latest(said)
    assert rounds.latest([*said, [None, None]]) == before
    assert rounds.latest([*said, ["x", None]]) == ["x", before[1]]


@pytest.mark.parametrize(
    ("answers", "agreed"),
    [(["A", "A"], True), (["A", None], True), (["A", "B"], False), ([None], False),
     ([], False), (["33", "033", "33.0"], True)],
)  # fmt: skip
def test_agreement(answers: list[str | None], agreed: bool) -> None:
    assert rounds.agree(answers) is agreed
