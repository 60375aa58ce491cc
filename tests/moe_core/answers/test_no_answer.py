"""What is no answer, though letters or numbers are named: read with four options and with ten."""

import pytest

from moe_core.extraction import read

COLOURS = ("red", "green", "blue", "yellow")
TEN = (*COLOURS, "white", "black", "pink", "brown", "grey", "violet")

SEVERAL = [
    "The answer is A and C.",
    "The answer is (A) or (C).",
    "The answer is either A or C.",
    "The answer is A/C.",
    "Answer: A & C",
    "Answer: C, D",
    "Answer: (A), (C)",
    "ANSWER: A and C",
    "A or C",
    "A, C",
    "A and C.",
    "(A) and (C)",
    "\\boxed{A, C}",
    "\\boxed{A,C}",
    "\\boxed{AC}",
    "\\boxed{\\text{A and C}}",
    "\\boxed{A} and \\boxed{C}",
    "\\boxed{A} or \\boxed{C}.",
    "Both A and C are correct.",
    "It could be A or C.",
    "I think it's A or C.",
    "The answer is red or blue.",
    "red or blue",
    "Either A or C.",
    '{"answer": ["A", "C"]}',
    '{"answer": "A or C"}',
    "<answer>A, C</answer>",
]
REJECTED = [
    "The answer is not C.",
    "The answer isn't C.",
    "C is not correct.",
    "C is incorrect.",
    "C is wrong.",
    "C is not the answer.",
    "Option C can be ruled out.",
    "The incorrect answer is C.",
    "The wrong answer is C.",
    "I don't think the answer is C.",
    "It is not C.",
    "It cannot be C.",
    "It can't be C.",
    "The answer is neither A nor C.",
    "The answer cannot be C.",
    "Not C.",
    "Many would say the answer is C.",
    "If the answer is C, then blue passes.",
    "I do not know whether the answer is C.",
    "The answer is A. Wait, that is wrong.",
    "\\boxed{C}. Wait, that is wrong.",
]
REFUSED = [
    "I don't know.",
    "I do not know the answer.",
    "ANSWER: None",
    "Answer: N/A",
    "The answer cannot be determined.",
    "I'm sorry, but I can't answer that.",
    "A lot of light passes.",
    "A good question.",
    "A definitive answer is not possible.",
    "Answer: A definitive answer cannot be given.",
    "The answer is A matter of taste.",
    "Answer: I cannot say.",
    "None of the above.",
    "The answer is none of these.",
    "All of the above.",
    "The answer is purple.",
    "The answer is unclear.",
    "C'est difficile.",
    "Cannot say.",
]
ECHOED = [
    "Think step by step, then finish with: The answer is (letter).",
    "Answer with one of A, B, C or D.",
    "Answer: (A/B/C/D)",
    "The answer is (A), (B), (C) or (D).",
    "Answer: [A, B, C, or D]",
    "The answer is (X).",
    "Please choose A, B, C, or D.",
    "\\boxed{}",
    "\\boxed{letter}",
    "The answer is",
    "So the answer is",
    "answer answer answer",
]
REASONING_ONLY = [
    "<reasoning>The answer is C.",
    "<reasoning>The answer is C.</reasoning>",
    "<thinking>It is C. The answer is C.</thinking>",
    "<|channel|>analysis<|message|>The answer is C.",
]
ASKED = [
    "As an AI model I cannot see colours.",
    "Please provide more information.",
    "The options are (A) red, (B) green, (C) blue, (D) yellow.",
    "Is it C?",
    "Maybe C?",
    "Could the answer be C?",
    "La respuesta no es C.",
    "Die Antwort ist nicht C.",
    "La réponse n'est pas C.",
    "答案不是C。",
    "A/B/C/D",
    "(A) red\n(B) green\n(C) blue\n(D) yellow",
    "Which colour does the filter let through?\n(A) red\n(B) green\n(C) blue\n(D) yellow\n\nThink step by step, then finish with: The answer is (letter).",  # noqa: E501
    "A. red\nB. green\nC. blue",
    "A) red is absorbed.\nB) green is absorbed.\nC) blue may pass.",
    "I. Introduction\n\nLight is",
]
NO_LETTER_OF_FOUR = ["The answer is E.", "Answer: E", "(E)", "\\boxed{E}"]
OPEN = [
    "I cannot solve this in 5 steps.",
    "I don't know.",
    "Sorry, I can't help.",
    "The answer is",
    "So we compute 3 * 4",
    "Let us compute 3 + 4 =",
    "\\boxed{}",
    "\\boxed{answer}",
    "\\boxed{\\text{your answer}}",
    "\\boxed{...}",
    "Put the final answer in \\boxed{}.",
    "Is it 5?",
    "It is 5 or 6.",
    "<reasoning>The answer is 5.",
    "<thought>The answer is 5.</thought>",
    "<|channel|>analysis<|message|>The answer is 5.",
    "The answer is 5. Wait, that is wrong.",
    "There is not enough information: 5 is missing.",
    "Step 1: add 5.",
    "Think step by step and put the final answer in \\boxed{}.",
    "The answer is [number].",
    "Your answer here",
]


@pytest.mark.parametrize(
    "response",
    [*SEVERAL, *REJECTED, *REFUSED, *ECHOED, *REASONING_ONLY, *ASKED],
)
def test_states_no_option(response: str) -> None:
    assert read(response, COLOURS).answer is None
    assert read(response, TEN).answer is None


@pytest.mark.parametrize("response", NO_LETTER_OF_FOUR)
def test_a_letter_that_no_option_has(response: str) -> None:
    assert read(response, COLOURS).answer is None
    assert read(response, TEN).answer == "E"


@pytest.mark.parametrize("response", OPEN)
def test_states_no_value(response: str) -> None:
    assert read(response).answer is None


@pytest.mark.parametrize(
    "response", ["The answer is A or C.", "\\boxed{A}, \\boxed{C}", '{"answer": ["A", "C"]}']
)
def test_two_options_are_told(response: str) -> None:
    assert read(response, COLOURS).rule == "two options where one is asked"
