"""What a response states: many spellings, and no text that breaks or stalls the reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.extraction import extract, final_text
from tests.linear import is_linear

COLOURS = ("red", "green", "blue", "both (A) and (B)")


@pytest.mark.parametrize(
    ("response", "letter"),
    [
        ("The answer is (B).", "B"),
        ("The answer is B", "B"),
        ("the final answer is: **C**", "C"),
        ("**Answer:** D", "D"),
        ("Answer: (A) red", "A"),
        ("The correct option is B because grass is.", "B"),
        ("The answer is green.", "B"),
        ("The answer is $\\boxed{C}$.", "C"),
        ("So \\boxed{\\text{B}}", "B"),
        ("So \\boxed{\\textbf{(B)}}", "B"),
        ("\\boxed{B. green}", "B"),
        ("The answer is \\text{C}", "C"),
        ("Final answer:\nB", "B"),
        ("It is grass.\n\n(B)", "B"),
        ("It is grass.\n\n**B**\n", "B"),
        ("The answer is (A). Wait, no. The answer is (C).", "C"),
        ("\\boxed{A} at first. But the answer is (B). A pity.", "B"),
        ("The answer is (B), hence \\boxed{C}", "C"),
        ("The answer is (E).", None),
        ("I do not know.", None),
        ("", None),
    ],
)
def test_letters(response: str, letter: str | None) -> None:
    assert extract(response, COLOURS) == letter


@pytest.mark.parametrize(
    ("response", "letter"),
    [
        ("\\(\\boxed{\\text{(C)}}\\)", "C"),
        ("The answer is \\(C\\).", "C"),
        ("the answer is C. Blue, like the sky", "C"),
        ("The answer is approximately (B), I believe.", "B"),
        ("Final Answer: **the correct option is B**", "B"),
        ("The answer is (c).", "C"),
        ("The correct option is C", "C"),
        ("Grass is never red. So B is correct.", "B"),
        ("(B) is the correct answer. The others are not green.", "B"),
        ("Therefore, the answer would be option C", "C"),
        ("It is the colour of the sky, which is option C.", "C"),
        ("It is the colour of grass (Option B).", "B"),
        ("The colour that fits best is (B). Grass has it because of chlorophyll.", "B"),
        ("It corresponds to option (C). However, this is a guess.", "C"),
        ("Grass has all of these colours except (A).", "A"),
        ("So the colour of grass is green.", "B"),
        # A last line or sentence that states nothing.
        ("(A) is incorrect.", None),
        ("The options (A) and (B) are possible.", None),
        ("The sky is not red, so (A)", None),
        ("The answer is not listed.", None),
        ("The answer is none of the above.", None),
        ("The answer is A colour that I do not know.", None),
        ("The answer is I'm not sure.", None),
        ("Grass is as green as it gets. We need more light to tell.", None),
        ("Is it A, or B? C seems odd. D I never saw", None),
    ],
)
def test_conclusions(response: str, letter: str | None) -> None:
    assert extract(response, [*COLOURS, *"efghi"]) == letter


@pytest.mark.parametrize(
    ("stated", "letter"),
    [
        ("15.2 years", "A"),
        ("$15.2$", "A"),
        ("about 15.2\\text{ years}, as computed", "A"),
        ("x = 2 * 7.6 = 15.2 years", "A"),
        ("12000", "B"),
        ("$12,000.00", "B"),
        ("$1.5 \\times 10^{-6} \\mathrm{~m}$", "C"),
        ("1.5 x 10^-6 m", "C"),
        ("\\frac{1}{2}", "D"),
        ("1/2", "D"),
        ("B cells", "E"),
        ("-3", "F"),
        ("90°", "G"),
        ("15", None),
        ("1.5", None),
        ("12\\sqrt{13}", None),
        ("12000 / 7", None),
        ("3", None),
        ("2, which two options hold", None),
    ],
)
def test_values(stated: str, letter: str | None) -> None:
    options = [
        *["15.2 years", "$12,000", "1.5 $\\times 10^{-6} \\mathrm{~m}$", "$\\frac{1}{2}$"],
        *["B cells", "\u22123", "$90^{\\circ}$", "2 m", "2 s", "15.2 and 15.3"],
    ]
    assert extract(f"Let us compute. The answer is {stated}.", options) == letter
    assert extract(f"So it is \\boxed{{{stated}}}", options) == letter


def test_statements_that_only_repeat_each_other_are_one() -> None:
    """A model that does not stop states other answers in turn."""
    run_on = "The answer is (B).\nThe answer is (A).\nThe final answer is (C).\nAnswer: D"
    assert extract(f"It is grass. {run_on}", COLOURS) == "B"
    assert extract(f"{run_on}\nNo, grass is not blue. The answer is (A).", COLOURS) == "A"


def test_ten_options_and_no_more() -> None:
    options = [f"option {number}" for number in range(10)]
    assert extract("The answer is (J).", options) == "J"
    assert extract("The answer is (K).", options) is None
    assert extract("The answer is (B). Or rather, the answer is (K).", options) == "B"


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        ("so \\boxed{42}", "42"),
        ("\\boxed{1}, then \\boxed{2}", "2"),
        ("\\boxed{\\frac{1}{2}}", "\\frac{1}{2}"),
        ("\\boxed {x}", "x"),
        ("\\fbox{7} \\fboxed{8}", "8"),
        ("\\boxed{a \\boxed{b}}", "a \\boxed{b}"),
        ("\\boxed{5} and \\boxed{", "5"),
        ("\\boxed{} The answer is 3.", "3"),
        ("The answer is $33$.", "33"),
        ("The answer is: **33**.", "33"),
        ("Answer = .5", ".5"),
        ("The answer is\n\n12", "12"),
        ("The answer is 3. Wait, the answer is 4.", "4"),
        ("{ \\boxed{3} }", "3"),
        ("} \\boxed{4}", "4"),
        ("\\boxed{", None),
        ("The answer is", None),
        ("There is nothing to be found here.", None),
    ],
)
def test_free_text(response: str, answer: str | None) -> None:
    assert extract(response) == answer


def test_thinking_is_cut() -> None:
    response = "<think>Perhaps the answer is (A).</think>The answer is (B)."
    assert final_text(response) == "The answer is (B)."
    assert extract(response, COLOURS) == "B"
    assert extract("maybe \\boxed{1} ◁/think▷ I stop", end_of_thinking="◁/think▷") is None
    assert extract("\\boxed{1} </think>", end_of_thinking="") == "1"


@pytest.mark.parametrize(
    "next_question",
    [
        "\nQuestion: what is red?\nThe answer is (A).",
        "\n\n  ## Problem 2: and now?\nThe answer is (A).",
        "\nQ: more?\n(A)",
        "<|im_start|>user\nThe answer is (A).",
        "<|user|>The answer is (A).",
    ],
)
def test_an_invented_next_question_is_cut(next_question: str) -> None:
    assert extract("The answer is (B)." + next_question, COLOURS) == "B"
    assert extract("So \\boxed{5}." + next_question.replace("(A)", "\\boxed{6}")) == "5"


@given(st.text(alphabet="bcdf0123 .", max_size=50), st.sampled_from("ABCD"))
def test_what_stands_before_the_answer_changes_nothing(before: str, letter: str) -> None:
    assert extract(f"{before} The answer is ({letter}).", COLOURS) == letter
    assert extract(f"The answer is (A). No. {before}. The answer is ({letter}).", COLOURS) == letter


@given(st.text(), st.lists(st.text(min_size=1), max_size=26), st.text(max_size=10))
def test_never_fails(response: str, options: list[str], marker: str) -> None:
    found = extract(response, options, marker)
    assert found is None or found.strip() != ""
    if options and found is not None:
        assert ord(found) - ord("A") < len(options)


# Pieces of what is looked for, so that the patterns get somewhere before they fail.
pieces = st.sampled_from(
    [
        *["answer", " is ", "final ", "option", "Question", "#", ":", "**", "$", ".", "é"],
        *["\\boxed{", "\\text{", "{", "}", "(", ")", "A", "B", "</think>", "\n", "\t", " "],
        *["12", ".5", "10^", "-", "999999", "\\times", "\\frac{", "so ", "correct", "not ", "="],
    ]
)


@given(st.lists(pieces, max_size=60).map("".join))
def test_never_fails_on_fragments(response: str) -> None:
    for options in (COLOURS, ("12", "-.5", "10^12", "5 10^{999999} m")):
        letter = extract(response, options)
        assert letter is None or letter in "ABCD"
    free = extract(response)
    assert free is None or free


@pytest.mark.parametrize(
    "repeated",
    [
        "\\boxed{",
        " ",
        "\n",
        "answer ",
        "answer is ",
        "* ",
        "answer is\n",
        "\n#",
        "\\text{",
        "(A",
        "{",
        "the ",
        "is (",
        ". ",
        "12 ",
        "so is option ",
        "The answer is \\frac{",
        "The answer is (A). ",
    ],
)
def test_a_model_that_repeats_itself_is_read_in_linear_time(repeated: str) -> None:
    def read(text: str) -> None:
        for start in ("", "answer", "The answer is ", "The answer is $"):
            extract(start + text, COLOURS)
            extract(start + text + "}" * len(text))

    assert is_linear(read, repeated)
