"""Formats: keys, tags, and reasoning that is marked; all of these choose C of four colours."""

import pytest

from moe_core.extraction import final_text, parted, read
from moe_core.thinking import Parted

COLOURS = ("red", "green", "blue", "yellow")

KEYS_AND_TAGS = [
    '{"answer": "c"}',
    '{"answer":"C"}',
    '{"answer": "C. blue"}',
    '{"answer": "(C)"}',
    '{"Answer": "C"}',
    "{'answer': 'C'}",
    '{"final_answer": "C"}',
    '{"correct_answer": "C", "confidence": 0.9}',
    '{"reasoning": "Long waves are absorbed, not A", "answer": "C"}',
    '{"answer": "C", "explanation": "The other option is absorbed: A, B and D."}',
    '{"choice": "C"}',
    '{"answer": "blue"}',
    '{"answer": ["C"]}',
    '{"answer_letter": "C"}',
    '{"answer": {"letter": "C"}}',
    '{"option": "C"}',
    'Here is it: {"answer": "A"} or rather {"answer": "C"}',
    "<answer> C </answer>",
    "<answer>(C) blue</answer>",
    "<answer>The answer is C.</answer>",
    "<answer>\\boxed{C}</answer>",
    "<Answer>C</Answer>",
    "<ANSWER>C</ANSWER>",
    "<final_answer>C</final_answer>",
    "<answer>C",
    "<answer>blue</answer>",
    "<choice>C</choice>",
    "[ANSWER]C[/ANSWER]",
    "The light is blue.</think><answer>C</answer>",
    "C</answer>",
    "answer: C",
    "answer = C",
]
REASONING_IN_OTHER_FORMATS = [
    "<thought>The answer is A?</thought>The answer is C.",
    "<thinking>The answer is A?</thinking>C",
    "analysisThe answer may be A.assistantfinalThe answer is C.",
    "analysisPerhaps A.assistantfinalC",
    "<|channel|>analysis<|message|>A?<|end|><|start|>assistant<|channel|>final<|message|>The answer is C.<|return|>",  # noqa: E501
    "<|channel|>final<|message|>C<|return|>",
]


@pytest.mark.parametrize("response", [*KEYS_AND_TAGS, *REASONING_IN_OTHER_FORMATS])
def test_reads_c(response: str) -> None:
    assert read(response, COLOURS).answer == "C", read(response, COLOURS)


def test_reasoning_is_apart() -> None:
    channels = (
        "<|channel|>analysis<|message|>A?<|end|><|start|>assistant<|channel|>final<|message|>"
    )
    for before, after in (("<reasoning>A?</reasoning>", "C"), (channels, "C<|return|>")):
        assert final_text(before + after) == after
        found = parted(before + after)
        assert "A?" in found.thinking and found.text == after and found.is_finished
    both = parted("<think>It is A.</think><thought>Or B?</thought>C")
    assert both == Parted("It is A.\n\nOr B?", "C")
    assert parted("<reasoning>It is A.") == Parted("It is A.", "", is_finished=False)
    assert parted("As it is: no marks.") == Parted("", "As it is: no marks.")
