"""Thinking and text are told apart, also where the thinking never ended."""

import pytest

from moe_core.extraction import extract, final_text
from moe_core.thinking import Parted, beginning, joined, of_channels, part

ANALYSIS = "<|channel|>analysis<|message|>Perhaps \\boxed{1}."
FINAL = "<|end|><|start|>assistant<|channel|>final<|message|>The answer is 2."


@pytest.mark.parametrize(
    ("response", "parted"),
    [
        ("plain", Parted("", "plain")),
        ("<think>a</think>b", Parted("a", "b")),
        ("a</think>b", Parted("a", "b")),  # the template began it
        ("<think>\n\n</think>\n\nb", Parted("", "\n\nb")),
        ("<think>a</think>b</think>c", Parted("a</think>b", "c")),
        ("<think>a", Parted("a", "", is_finished=False)),
        ("Well. <think>a", Parted("a", "Well. ", is_finished=False)),
        ("", Parted("", "")),
    ],
)
def test_thinking_is_parted_from_text(response: str, parted: Parted) -> None:
    assert part(response) == parted


@pytest.mark.parametrize(
    ("end", "begin"),
    [("</think>", "<think>"), ("[/THINK]", "[THINK]"), ("◁/think▷", "◁think▷"), ("####", "")],
)
def test_a_mark_tells_what_begins_thinking(end: str, begin: str) -> None:
    assert beginning(end) == begin
    assert part(f"{begin}a{end}b", end) == Parted("a", "b")
    assert part(f"{begin}a", end).is_finished == (not begin)


def test_without_a_mark_all_is_text() -> None:
    assert part("<think>a</think>b", "") == Parted("", "<think>a</think>b")


@pytest.mark.parametrize("response", ["<think>So \\boxed{1}, or", "[THINK]The answer is 1. Wait"])
def test_thinking_that_never_ended_answers_nothing(response: str) -> None:
    end = "[/THINK]" if "[" in response[:1] else "</think>"
    assert final_text(response, end).strip() == ""
    assert extract(response, (), end) is None


@pytest.mark.parametrize(("thinking", "text"), [("a", "b"), ("a", None), ("", "b"), ("", None)])
def test_what_is_joined_is_parted_again(thinking: str, text: str | None) -> None:
    response = joined(thinking, text)
    assert part(response) == Parted(
        thinking, text or "", is_finished=text is not None or not thinking
    )


def test_without_a_mark_thinking_is_left_out() -> None:
    assert joined("a", "b", "") == "b"


@pytest.mark.parametrize(
    ("response", "read"),
    [
        (f"{ANALYSIS}{FINAL}", "<think>Perhaps \\boxed{1}.</think>The answer is 2."),
        (f"{ANALYSIS}{FINAL}<|return|>", "<think>Perhaps \\boxed{1}.</think>The answer is 2."),
        (ANALYSIS, "<think>Perhaps \\boxed{1}."),
        (f"{ANALYSIS}<|end|><|start|>assistant", "<think>Perhaps \\boxed{1}."),
        (f"{ANALYSIS}<|end|><|start|>assistant{ANALYSIS}{FINAL}",
         "<think>Perhaps \\boxed{1}.\nPerhaps \\boxed{1}.</think>The answer is 2."),
        ("<|channel|>final<|message|>only", "only"),
        ("<|channel|>commentary to=x <|constrain|>json<|message|>{}<|call|>", "{}"),
        ("nothing of it", "nothing of it"),
    ],
)  # fmt: skip
def test_channels_of_gpt_oss(response: str, read: str) -> None:
    assert of_channels(response) == read
