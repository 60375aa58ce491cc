"""A whole question by hand, from the first annotation to the verdict."""

from dataclasses import replace
from functools import partial

import pytest

from moe_core import prompts
from moe_core.aggregation import VOTES, WRITERS
from moe_core.errors import MethodError
from moe_core.methods import METHODS, method_named, recruiter_of
from moe_core.pipeline import Known, Plan, advance
from moe_core.profiles import Cell, Profile
from moe_core.recruiters import recruit
from moe_core.recruitment import Asked, Recruitment
from moe_core.skills import Match, infer_skills_as_published
from moe_core.values import Purpose, Question, Stage, Verdict
from moe_core.wordings import PAPER
from tests.moe_core.evidences import every, evidence

QUESTION = Question("Which colour has grass?", ("red", "green"), "B")
PROFILE = Profile(
    {"ann": {"botany": Cell(3, 0)}, "ben": {"law": Cell(2, 0)}},
    evidence=evidence({"ann": every(1), "ben": every(2)}),
)


def plan(
    method: str = "skill-moe",
    writer: str = "llm",
    k: int = 3,
    marker: str = "</think>",
) -> Plan:
    recruiter = recruiter_of(METHODS[method], "")
    writes = WRITERS[METHODS[method].writer or writer]

    def draw(asked: Asked) -> Recruitment:
        return recruit(recruiter.name, PROFILE, asked, k, "0/1")

    return Plan(
        method=METHODS[method],
        annotator="kim" if recruiter.reads_skills else None,
        aggregator="gil" if writes.asks_llm else None,
        recruit=draw,
        match=lambda skills: [Match(skill, "botany", 0.8) for skill in skills],
        weigh=writes.weigh and partial(writes.weigh, PROFILE),
        end_of_thinking={"ann": marker},
    )


def test_a_question_through_all_stages() -> None:
    first = advance(Known(QUESTION), plan())
    assert first.stage is Stage.INFER
    assert [(r.purpose, r.expert, r.number) for r in first.requests] == [
        (Purpose.ANNOTATE, "kim", number) for number in range(5)
    ]
    assert first.requests[0].prompt == prompts.annotate(QUESTION.text, QUESTION.options)

    annotations = ["Keywords: plants, colours", "Keywords: plants", None, "Keywords: art", ""]
    second = advance(Known(QUESTION, Stage.INFER, annotations), plan())
    assert second.stage is Stage.RESPOND
    assert second.matches == [Match("plants", "botany", 0.8)]
    assert second.recruitment is not None and not second.recruitment.uniform
    assert [(r.purpose, r.expert, r.number) for r in second.requests] == [
        (Purpose.RESPOND, "ann", number) for number in range(3)
    ]
    assert second.requests[0].prompt == prompts.respond(QUESTION.text, QUESTION.options)

    seats = [request.expert for request in second.requests]
    responses = ["hm </think> Red. The answer is (A).", "The answer is (B).", None]
    known = Known(QUESTION, Stage.RESPOND, annotations, seats, [responses])
    third = advance(known, plan())
    assert third.stage is Stage.AGGREGATE
    (request,) = third.requests
    assert (request.purpose, request.expert, request.number) == (Purpose.AGGREGATE, "gil", 0)
    shown = ["Red. The answer is (A).", "The answer is (B)."]  # no thinking, no failed response
    assert request.prompt == prompts.aggregate(QUESTION.text, shown, QUESTION.options)

    written = Known(QUESTION, Stage.AGGREGATE, annotations, seats, [responses], "It is \\boxed{B}")
    last = advance(written, plan())
    assert (last.stage, last.answer, last.verdict) == (None, "B", Verdict.CORRECT)
    assert not last.requests


def test_a_plan_may_have_its_own_words_and_way_of_counting() -> None:
    own = replace(plan(), wording=PAPER, infer=infer_skills_as_published)
    first = advance(Known(QUESTION), own)
    assert first.requests[0].prompt == PAPER.annotate(QUESTION.text, QUESTION.options)
    second = advance(Known(QUESTION, Stage.INFER, ["Keywords: plants, plants"]), own)
    assert second.matches == [Match("plants", "botany", 0.8)]
    assert second.requests[0].prompt == PAPER.respond(QUESTION.text, QUESTION.options)
    responses = ["hm </think> The answer is (A)."]
    third = advance(Known(QUESTION, Stage.RESPOND, (), ["ann"], [responses]), own)
    shown = PAPER.aggregate(QUESTION.text, ["The answer is (A)."], QUESTION.options)
    assert third.requests[0].prompt == shown


def test_the_vote_writes_without_an_aggregator() -> None:
    responses = ["The answer is (A).", "The answer is (B).", "The answer is (A)."]
    known = Known(QUESTION, Stage.RESPOND, (), ["ann", "ben", "ben"], [responses])
    step = advance(known, plan(writer="majority"))
    assert (step.stage, step.answer, step.verdict) == (None, "A", Verdict.INCORRECT)


def test_the_weighted_vote_writes() -> None:
    """Ann knows botany, Ben does not: alone against two she is believed."""
    responses = ["The answer is (B).", "The answer is (A).", "The answer is (A)."]
    seats = ["ann", "ben", "ben"]
    known = Known(QUESTION, Stage.RESPOND, (), seats, [responses], matched=["law"])
    weak = Profile({"ann": {"law": Cell(40, 0)}, "ben": {"law": Cell(4, 36)}})

    by_weight = replace(plan(writer="majority"), weigh=partial(VOTES["weighted"], weak))
    assert advance(known, by_weight).answer == "B"
    assert advance(known, plan(writer="majority")).answer == "A"


def test_skills_that_are_known_need_no_annotator() -> None:
    without = replace(plan(), annotator=None)
    step = advance(Known(QUESTION, inferred=["plants"]), without)
    assert step.stage is Stage.RESPOND
    assert step.matches == [Match("plants", "botany", 0.8)]
    assert [request.expert for request in step.requests] == ["ann"] * 3


def test_what_grading_has_read_is_not_read_again() -> None:
    known = Known(QUESTION, Stage.RESPOND, (), ["ann"], [["The answer is (A)."]], stated=[["B"]])
    assert advance(known, plan(writer="majority")).answer == "B"


@pytest.mark.parametrize("writer", sorted(WRITERS))
def test_when_every_seat_fails_there_is_no_answer(writer: str) -> None:
    known = Known(QUESTION, Stage.RESPOND, (), ["ann", "ben"], [[None, None]])
    step = advance(known, plan(writer=writer))
    assert (step.stage, step.answer, step.verdict) == (None, None, Verdict.NO_ANSWER)


@pytest.mark.parametrize("aggregation", [None, "", "I do not know"])
def test_an_aggregation_without_an_answer_is_no_answer(aggregation: str | None) -> None:
    known = Known(QUESTION, Stage.AGGREGATE, (), ["ann"], [["The answer is (B)."]], aggregation)
    step = advance(known, plan())
    assert (step.answer, step.verdict) == (None, Verdict.NO_ANSWER)


@pytest.mark.parametrize("aggregation", [None, "", "I do not know"])
def test_a_vote_stands_in_for_an_llm_that_states_nothing(aggregation: str | None) -> None:
    responses = ["The answer is (B).", "The answer is (A).", "The answer is (B)."]
    seats = ["ann", "ben", "ann"]
    known = Known(QUESTION, Stage.AGGREGATE, (), seats, [responses], aggregation)
    assert advance(known, plan(writer="llm-or-vote")).answer == "B"
    written = replace(known, aggregation="The answer is (A).")
    assert advance(written, plan(writer="llm-or-vote")).answer == "A"
    assert advance(replace(known, stage=Stage.RESPOND), plan(writer="llm-or-vote")).requests


def test_without_any_annotation_seats_are_uniform_and_flagged() -> None:
    step = advance(Known(QUESTION, Stage.INFER, [None] * 5), plan())
    assert step.recruitment is not None and step.recruitment.uniform
    assert step.matches == [] and len(step.requests) == 3


def test_all_experts_needs_no_annotation() -> None:
    step = advance(Known(QUESTION), plan("all-experts"))
    assert step.stage is Stage.RESPOND
    assert [request.expert for request in step.requests] == ["ann", "ben"]
    responses = ["The answer is (B).", "The answer is (A)."]
    known = Known(QUESTION, Stage.RESPOND, (), ["ann", "ben"], [responses])
    assert advance(known, plan("all-experts")).answer == "B"


def test_each_expert_has_its_own_end_of_thinking() -> None:
    known = Known(QUESTION, Stage.RESPOND, (), ["ann"], [["The answer is (A). [end] I stop."]])
    assert advance(known, plan(writer="majority", marker="[end]")).answer is None
    assert advance(known, plan(writer="majority", marker="")).answer == "A"


def test_thinking_that_was_cut_off_is_shown_to_nobody() -> None:
    responses = ["<think>Surely the answer is (A).", "The answer is (B)."]
    known = Known(QUESTION, Stage.RESPOND, (), ["ann", "ben"], [responses])
    (request,) = advance(known, plan()).requests
    assert "Surely" not in request.prompt and "The answer is (B)." in request.prompt
    assert advance(known, plan(writer="majority")).answer == "B"
    alone = replace(known, seats=["ann"], rounds=[responses[:1]])
    assert advance(alone, plan()).verdict is Verdict.NO_ANSWER
    refined = advance(alone, plan("self-refine"))
    assert not refined.requests and refined.answer is None


def test_a_question_without_gold_is_ungraded() -> None:
    known = Known(Question("Why?"), Stage.RESPOND, (), ["ann"], [["\\boxed{because}"]])
    step = advance(known, plan(writer="majority"))
    assert (step.answer, step.verdict) == ("because", Verdict.UNGRADED)


def test_a_recruiter_must_fit_its_method() -> None:
    assert recruiter_of(METHODS["skill-moe"], "task-top-k").name == "task-top-k"
    assert recruiter_of(METHODS["all-experts"], "everyone").name == "everyone"
    with pytest.raises(MethodError, match="unknown recruiter 'best': choose one of paper, "):
        recruiter_of(METHODS["skill-moe"], "best")
    with pytest.raises(MethodError, match="choose one of paper, paper-top-k, ours, task-top-k, "):
        recruiter_of(METHODS["skill-moe"], "everyone")
    with pytest.raises(MethodError, match="always recruits by everyone"):
        recruiter_of(METHODS["all-experts"], "paper")


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(MethodError, match="choose one of skill-moe, single, self-consistency"):
        method_named("best")
