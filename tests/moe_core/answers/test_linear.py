"""A long text of what the rules look for is read in linear time: quadratic reading of a megabyte
takes minutes."""

import time

import pytest

from moe_core.annotations import read_annotation
from moe_core.extraction import extract, final_text, parted
from moe_core.grading import canonical
from moe_core.thinking import of_channels
from tests.hostile_texts import REPEATED as ANYTHING
from tests.hostile_texts import flood
from tests.linear import is_linear

MEGABYTE = 1_000_000
COLOURS = ("red", "green", "blue", "yellow")
REPEATED = [
    *["\\boxed{", "\\boxed{1}", "\\boxed{1}, ", "\\boxed 1 ", "{", "}", "[", "(", "[[C]]", "```"],
    *['"', "'", "“", "”", "\u200d", "1", "1,", "1 ", "\n", " ", "\t", "。", "（", "**", "_", "\\"],
    *["answer ", "answer is ", "answer\n", "The answer is A or B. ", "the answer is 18. ", "A, "],
    *["So C.\n", "Wait, no, C. ", "C is correct. ", "if the answer is A, ", "#### 18\n", "####"],
    *["<answer>", "</answer>", "<", '"answer": "C", ', "'answer': '", "Antwort ", "答案", "答"],
    *["<reasoning>", "</reasoning>", "<think>", "<|channel|>", "assistantfinal", "\nQuestion: "],
    *["$", "$1$ ", "\\text{", "\\frac{", "option ", "red or ", "I and II ", "1/", "= 1 "],
]


def read_all(text: str) -> None:
    extract(f"The answer is {text}", COLOURS)
    extract(text)
    final_text(text)


@pytest.mark.parametrize("repeated", REPEATED)
def test_one_text_repeated(repeated: str) -> None:
    assert is_linear(read_all, repeated)


@pytest.mark.faults
@pytest.mark.parametrize("repeated", REPEATED)
def test_a_megabyte_of_one_text(repeated: str) -> None:
    """The slowest takes 3 s of CPU."""
    begun = time.process_time()
    read_all(repeated * (MEGABYTE // len(repeated)))
    assert time.process_time() - begun < 20


@pytest.mark.faults
@pytest.mark.parametrize("name", ANYTHING)
def test_a_megabyte_of_anything(name: str) -> None:
    """Each way of reading by itself: none takes more than 0.4 s."""
    text = flood(name)
    for read in (
        lambda: extract(text),
        lambda: extract(f"The answer is {text}", COLOURS),
        lambda: final_text(text),
        lambda: parted(text),
        lambda: read_annotation(text),
        lambda: read_annotation(f"Keywords: {text}"),
        lambda: of_channels(f"<|channel|>{text}"),
    ):
        begun = time.process_time()
        read()
        assert time.process_time() - begun < 2


def test_a_megabyte_of_boxes() -> None:
    """It took 16.5 s once."""
    assert extract(flood("boxes")) == "1"
    assert is_linear(extract, r"\boxed{1}")


@pytest.mark.parametrize("repeated", ["1", "(", "\\frac{", "\\text{", "1,", " ", "$", "^"])
def test_one_spelling_of_a_long_answer(repeated: str) -> None:
    assert is_linear(canonical, repeated)


@pytest.mark.parametrize(
    "key", ['{"answer": {"answer": ', "{'answer': {'answer': ", '"answer": 1 ']
)
def test_keys_in_keys(key: str) -> None:
    assert is_linear(extract, key)
    assert extract(key * 3 + '"answer": "7"}}') == "7"
