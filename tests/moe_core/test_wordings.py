"""Wordings: the plain one stays, the paper's has its structure, own ones are checked."""

from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core import prompts
from moe_core.annotations import read_annotation
from moe_core.errors import WordingError
from moe_core.extraction import extract
from moe_core.fences import fenced
from moe_core.pipeline import annotation_requests, response_requests
from moe_core.values import Purpose, Question
from moe_core.wordings import PAPER, PLAIN, Templates, templates_from, wording_of

QUESTION = "Which is prime?"
OPTIONS = ["9", "11"]
SHOWN = "Which is prime?\n(A) 9\n(B) 11"
TEXTS = st.text(max_size=200)
OWN: dict[str, Any] = {
    "annotate": "{question} keywords?",
    "respond": "{question} {closing}",
    "aggregate": "{responses} {question} {closing}",
    "trial": "{question} {closing} {responses}",
    "aggregate_response": "[{number}: {response}]",
    "trial_response": "<{number}: {response}>",
    "closing_letter": "a letter",
    "closing_open": "a box",
}


def test_the_plain_wording_is_what_the_demo_was_trained_on() -> None:
    """Byte for byte: a change here means training the demo's experts anew."""
    assert PLAIN.annotate(QUESTION, OPTIONS) == (
        "Name 2 to 5 skills needed to answer this question, separated by commas, after"
        ' "Keywords:", in a line like this one:\nKeywords: organic chemistry, stoichiometry\n\n'
        f"Question: {SHOWN}\n\nDo not answer the question. Write only that line."
    )
    closing = "Think step by step, then finish with: The answer is (letter)."
    assert PLAIN.respond(QUESTION, OPTIONS) == f"{SHOWN}\n\n{closing}"
    assert PLAIN.respond(QUESTION, []) == (
        f"{QUESTION}\n\nThink step by step and put the final answer in \\boxed{{}}."
    )
    assert PLAIN.aggregate(QUESTION, ["x", " y "], OPTIONS) == (
        "Response 1: x\n\nResponse 2: y\n\nThe responses above may be wrong. Check them and"
        f" answer the question yourself.\n\n{SHOWN}\n\n{closing}"
    )
    assert PLAIN.trial is PLAIN.aggregate


def test_requests_without_a_wording_are_plain() -> None:
    question = Question(QUESTION, tuple(OPTIONS), "B")
    (first, *_) = annotation_requests(question, "kim")
    assert first.prompt == prompts.annotate(QUESTION, OPTIONS)
    (seat,) = response_requests(question, ["ann"])
    assert seat.prompt == prompts.respond(QUESTION, OPTIONS)
    (seat,) = response_requests(question, ["ann"], Purpose.PROFILE, PAPER)
    assert seat.prompt == PAPER.respond(QUESTION, OPTIONS)


def in_order(text: str, *parts: str) -> bool:
    """Whether the parts stand in the text, each after the one before."""
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


def test_the_papers_annotation_asks_after_the_question() -> None:
    prompt = PAPER.annotate(QUESTION, OPTIONS)
    assert prompt.startswith(f"Question: {SHOWN}\n")
    assert in_order(prompt, "2 to 5 keywords", "algebra", "keywords only", "Keywords: <keyword1>")
    assert read_annotation("Keywords: primes, number theory") == ["primes", "number theory"]


@pytest.mark.parametrize(
    ("options", "line"), [(OPTIONS, "The answer is (X)"), ([], "The answer is \\boxed{X}")]
)
def test_the_papers_closing_line(options: list[str], line: str) -> None:
    prompt = PAPER.respond(QUESTION, options)
    assert prompt.startswith(f"Question: {QUESTION}")
    assert prompt.endswith(line) and "step by step" in prompt
    for shows in (PAPER.aggregate, PAPER.trial):
        assert prompt.partition("\n\n")[2] in shows(QUESTION, ["x"], options)
    assert extract(f"So.\n{line.replace('X', 'B')}", options) == "B"


def test_the_papers_aggregation_begins_and_its_trials_end_with_the_responses() -> None:
    aggregation = PAPER.aggregate(QUESTION, ["x", "y"], OPTIONS)
    blocks = "### Model 1's response:\nx\n\n### Model 2's response:\ny"
    assert in_order(aggregation, "several open models", blocks, f"Question: {SHOWN}", "(X)")
    trial = PAPER.trial(QUESTION, ["x", "y"], OPTIONS)
    assert trial.startswith(f"Question: {SHOWN}")
    assert trial.endswith("### Model1:\nx\n\n### Model2:\ny")
    assert in_order(trial, "The answer is (X)", "several open models", "### Model1:")


@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=4), st.lists(TEXTS, max_size=4))
def test_whatever_is_filled_in_stands_there_as_it_is(
    question: str, responses: list[str], options: list[str]
) -> None:
    """Braces in a question or a response are text, never places to be filled; what could pass for
    several responses stands between marks."""
    own = wording_of("own", Templates(**OWN))
    shown = prompts.question_text(question, options)
    closing = OWN["closing_letter" if options else "closing_open"]
    assert own.annotate(question, options) == f"{shown} keywords?"
    assert own.respond(question, options) == f"{shown} {closing}"
    said, texts = fenced(responses)
    numbered = [f"<{n}: {text.strip()}>" for n, text in enumerate(texts, start=1)]
    listed = "\n\n".join([*([said] if said else []), *numbered])
    assert own.trial(question, responses, options) == f"{shown} {closing} {listed}"


def test_a_question_that_looks_like_a_template() -> None:
    assert wording_of("own", Templates(**OWN)).respond("{closing} {number}", []) == (
        "{closing} {number} a box"
    )


def test_templates_from_an_object() -> None:
    left_out = dict.fromkeys(("refine", "debate", "debate_own", "debate_response"), "")
    assert asdict(templates_from(OWN)) == OWN | left_out
    boxed = templates_from(OWN | {"closing_open": "in \\boxed{X}, {not a place}"})
    assert boxed == replace(Templates(**OWN), closing_open="in \\boxed{X}, {not a place}")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "is no object"),
        (None, "is no object"),
        ({"annotate": "{question}"}, "lacks respond, aggregate, trial"),
        (OWN | {"polish": "x"}, "has the template 'polish': known are annotate"),
        (OWN | {"refine": "x"}, "has no {question} in 'refine'"),
        (OWN | {"annotate": ["{question}"]}, "has no text for 'annotate'"),
        (OWN | {"closing_open": " "}, "has no text for 'closing_open'"),
        (OWN | {"annotate": "{qustion}"}, "has no {question} in 'annotate'"),
        (OWN | {"trial": "{question} {closing}"}, "has no {responses} in 'trial'"),
        (OWN | {"trial_response": "{response}"}, "has no {number} in 'trial_response'"),
        (OWN | {"annotate": "{question} {closing}"}, "has {closing} in 'annotate'"),
        (OWN | {"closing_letter": "{question}"}, "has {question} in 'closing_letter'"),
    ],
)
def test_templates_that_cannot_be_filled(given: object, message: str) -> None:
    with pytest.raises(WordingError) as caught:
        templates_from(given)
    assert message in str(caught.value)
