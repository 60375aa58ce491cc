"""Scorers that a person names: what each reads, and what is right."""

import pytest

from moe_core.camps import spelling_tells
from moe_core.errors import ScorerError
from moe_core.extraction import read
from moe_core.grading import by_value, grade, is_quick, right_answers
from moe_core.scorers import AUTOMATIC, SCORERS, check_scoring, title_of
from moe_core.values import FOUND, Question, Scoring, Verdict
from tests.linear import is_linear

COLOURS = ("red", "green", "blue", "dark red")
RIGHT, WRONG, NONE, UNGRADED = "correct", "incorrect", "no answer", "ungraded"
HASHES = r"#### (-?[\d.,]+)"

# (scorer, output, gold, options, what is read, verdict)
CASES = [
    ("letter", "The answer is (C).", "C", (), "C", RIGHT),
    ("letter", "The answer is (C).", "(C) hexagon", (), "C", RIGHT),
    ("letter", "The answer is (C).", "b.", (), "C", WRONG),
    ("letter", "It is 7.", "C", (), None, NONE),
    ("letter", "The answer is (C).", "7", (), "C", UNGRADED),
    ("letter", "Blue.", "C", COLOURS, "C", RIGHT),
    ("mathematics", "So it is \\boxed{\\frac{1}{2}}.", "0.5", (), "\\frac{1}{2}", RIGHT),
    ("mathematics", "So it is \\boxed{\\frac{1}{2}}.", "B", ("1", "0.5", "2"), "B", RIGHT),
    ("mathematics", "So it is \\boxed{7}.", "B", ("1", "0.5", "2"), None, NONE),
    ("exact", " Paris\n", "paris", (), "Paris", RIGHT),
    ("exact", "<think>Rome?</think>Paris", "Paris", (), "Paris", RIGHT),
    ("exact", "It is Paris.", "Paris", (), "It is Paris.", WRONG),
    ("exact", "", "Paris", (), None, NONE),
    ("exact", "blue", "C", COLOURS, "C", RIGHT),
    ("exact", "I think that it may well be blue", "C", COLOURS, None, NONE),
    ("contains", "It is Paris, of course.", "paris", (), "It is Paris, of course.", RIGHT),
    ("contains", "There are 17.", "7", (), "There are 17.", WRONG),
    ("contains", "There are 7.5 of them.", "7", (), "There are 7.5 of them.", WRONG),
    ("contains", "There are 7.", "7", (), "There are 7.", RIGHT),
    ("contains", "I know.", "no", (), "I know.", WRONG),
    ("contains", "答案是巴黎市", "巴黎", (), "答案是巴黎市", RIGHT),
    ("contains", "서울은 수도다", "서울", (), "서울은 수도다", RIGHT),
    ("contains", "A dark  red one", "D", COLOURS, "D", RIGHT),
    ("contains", "red or blue", "C", COLOURS, None, NONE),
    ("regex", "#### 3\n#### 12,000 dollars\n", "12000", (), "12,000", RIGHT),
    ("regex", "It is 12,000.", "12000", (), None, NONE),
    ("regex", "#### 0.50", "B", ("1", "0.5", "2"), "B", RIGHT),
    ("last number", "So 3 and 5 make 8 dollars.", "8.00", (), "8", RIGHT),
    ("last number", "Eight.", "8", (), None, NONE),
    ("last number", "Of 15 it is 50%.", "B", ("15", "50%", "7"), "B", RIGHT),
    ("any of several", "The answer is VII.", "7; VII", (), "VII", RIGHT),
    ("any of several", "The answer is Rome.", "Paris or Rome", (), "Rome", RIGHT),
    ("any of several", "The answer is Oslo.", "Paris | Rome", (), "Oslo", WRONG),
    ("any of several", "C", "A; C", COLOURS, "C", RIGHT),
    ("all of several", "The answers are C and A.", "A, C", COLOURS, "A, C", RIGHT),
    ("all of several", "Answer: A and C because of it", "A, C", (), "A, C", RIGHT),
    ("all of several", "**A** and **C**", "AC", COLOURS, "A, C", RIGHT),
    ("all of several", "So the right letters are A, C.", "A, C", COLOURS, "A, C", RIGHT),
    ("all of several", "A, B, C", "A, C", COLOURS, "A, B, C", WRONG),
    ("all of several", "The answer is C.", "A, C", COLOURS, "C", WRONG),
    # Nothing but the option counts, and not what a text only begins with.
    ("exact", "C. blue is what many would say, but the answer is A.", "C", COLOURS, None, NONE),
    ("exact", "A: red is absorbed, so the answer is C", "A", COLOURS, None, NONE),
    ("exact", "A. red\nB. green\nC. blue\nI do not know.", "A", COLOURS, None, NONE),
    ("exact", "(C) Blue", "C", COLOURS, "C", RIGHT),
    ("exact", "C) red", "C", COLOURS, None, NONE),
    ("contains", "It is -5.", "5", (), "It is -5.", WRONG),
    ("contains", "It is 5/6.", "5", (), "It is 5/6.", WRONG),
    ("contains", "It is 1/5.", "5", (), "It is 1/5.", WRONG),
    ("contains", "It is x^5.", "5", (), "It is x^5.", WRONG),
    ("contains", "It is 5%.", "5", (), "It is 5%.", WRONG),
    ("contains", "It is $5\\times 10^3$.", "5", (), "It is $5\\times 10^3$.", WRONG),
    ("contains", "It is 7 500.", "7", (), "It is 7 500.", WRONG),
    ("contains", "It is 17-7.", "-7", (), "It is 17-7.", WRONG),
    ("contains", "It is 7.5.", ".5", (), "It is 7.5.", WRONG),
    ("contains", "It is 1,000 all in all.", "1000", (), "It is 1,000 all in all.", RIGHT),
    ("contains", "7.0", "7", (), "7.0", RIGHT),
    ("contains", "một cảm giác", "cả", (), "một cảm giác", WRONG),
    ("contains", "a cafe\u0301", "cafe", (), "a cafe\u0301", WRONG),
    ("contains", "रामायण", "रामा", (), "रामायण", WRONG),
    # Options that stand in the question's text may be numbers.
    ("letter", "The answer is 3.", "C", (), None, NONE),
    ("letter", "#### 2", "B", (), None, NONE),
    ("letter", "The answer is option 3.", "C", (), "C", RIGHT),
    ("all of several", "The correct answers are A) red and C) blue.", "A", COLOURS, "A, C", WRONG),
    ("all of several", "The answer is A (red) and C (blue).", "A, C", COLOURS, "A, C", RIGHT),
    ("all of several", "A is wrong, so B and C are right.", "A", COLOURS, None, NONE),
    ("all of several", "It is a combination of B and D.", "A", COLOURS, None, NONE),
    ("all of several", "A and C are wrong.", "A, C", COLOURS, None, NONE),
    ("all of several", "A and C.\nB and D are wrong.", "B, D", COLOURS, "A, C", WRONG),
    ("all of several", "**A. red**\n**C. blue**", "A, C", COLOURS, "A, C", RIGHT),
    ("all of several", "**Correct:** A, C\n**Wrong:** B, D", "A, C", COLOURS, "A, C", RIGHT),
    ("all of several", "The answers are:\n- A\n- C", "A, C", COLOURS, "A, C", RIGHT),
    ("all of several", "I would choose B and D", "B, D", COLOURS, "B, D", RIGHT),
    ("all of several", "A-D", "A, D", COLOURS, None, NONE),
    ("all of several", "a and c", "A, C", COLOURS, "A, C", RIGHT),
    # A worked solution names what it ends with.
    ("any of several", "The answer is 5.", "x = 5\ny = 2x = 10\n#### 10", (), "5", WRONG),
    ("any of several", "The answer is x.", "|x| < 3", (), "x", WRONG),
    ("any of several", "The answer is Paris.", '["Paris", "Rome"]', (), "Paris", RIGHT),
    ("any of several", "C", "A, C", COLOURS, "C", RIGHT),
    ("all of several", "The answer is Rome and Paris.", "Paris, Rome", (), "Rome and Paris", RIGHT),
]


def asked(scorer: str, gold: str, options: tuple[str, ...] = (), *more: str) -> Question:
    pattern = HASHES if scorer == "regex" else ""
    return Question("?", options, gold, more, Scoring(scorer, pattern))


@pytest.mark.parametrize(("scorer", "output", "gold", "options", "reads", "verdict"), CASES)
def test_what_is_read_and_right(
    scorer: str,
    output: str,
    gold: str,
    options: tuple[str, ...],
    reads: str | None,
    verdict: str,
) -> None:
    question = asked(scorer, gold, options)
    check_scoring(question.scoring)
    found = read(output, options, scoring=question.scoring)
    assert found.answer == reads
    assert bool(found.rule) or reads is None
    assert grade(question, found.answer) == verdict


def test_alternatives_are_right_too() -> None:
    assert grade(asked("contains", "Paris", (), "Rome"), "in Rome") is Verdict.CORRECT
    assert grade(asked("exact", "Paris", (), "Rome"), "rome") is Verdict.CORRECT
    assert grade(asked("all of several", "2", (), "3"), "3 and 2") is Verdict.CORRECT
    assert grade(asked("all of several", "A", COLOURS, "C"), "A, C") is Verdict.CORRECT
    assert right_answers(asked("all of several", "", COLOURS)) == []


@pytest.mark.parametrize("scorer", SCORERS)
def test_without_a_gold_answer_nothing_is_graded(scorer: str) -> None:
    assert grade(asked(scorer, ""), "7") is Verdict.UNGRADED


def test_each_says_what_it_does() -> None:
    assert title_of(FOUND) == AUTOMATIC
    assert title_of(Scoring("regex", HASHES)) == f"Regular expression: {HASHES}"
    for name, scorer in SCORERS.items():
        assert scorer.name == name and scorer.title[0].isupper() and scorer.help.endswith(".")


@pytest.mark.parametrize(
    ("scorer", "pattern", "says"),
    [
        ("grep", "", "choose one of letter, mathematics"),
        ("letter", "x", "leave it empty"),
        ("", "x", "leave it empty"),
        ("regex", " ", "Give the pattern"),
        ("regex", "(x", "missing )"),
        ("regex", "(?=x)", "no lookahead"),
        ("regex", "x" * 501, "501 characters"),
        ("regex", "(((x{1,900}){1,900}){1,900})", "cannot be used"),
        ("regex", "|".join(f"a[ab]{{{n}}}c" for n in range(966, 1000)), "repeats too much"),
        ("regex", "\udc80", "cannot be used"),
    ],
)
def test_what_no_response_can_be_read_by_is_refused(scorer: str, pattern: str, says: str) -> None:
    with pytest.raises(ScorerError, match=says.replace("(", r"\(").replace(")", r"\)")):
        check_scoring(Scoring(scorer, pattern))


def test_texts_are_not_compared_by_value() -> None:
    question = asked("contains", "Paris")
    stated = ["It is Paris.", "Paris!", "No idea.", "None."]
    verdicts = [grade(question, text) for text in stated]
    assert not by_value(question) and is_quick(question, "x")
    assert spelling_tells(question, stated, verdicts), "nor merged by being right: votes would know"


def test_a_match_is_the_whole_one_and_the_last() -> None:
    def found(text: str, pattern: str) -> str | None:
        return read(text, scoring=Scoring("regex", pattern)).answer

    assert found("12 and 345", r"\d+") == "345"
    assert found(f"n=12\n{'x ' * 30_000}", r"n=(\d+)") == "12", "far from the end"
    assert found(f"n=12\n{'x ' * 30_000}", r"n=(\d+)$") is None, "the end is the text's"
    assert found(f"n=12\n{'x ' * 30_000}", r"(?m)n=(\d+)$") == "12"
    assert found(f"n=12\n{'x ' * 30_000}", r"^n=(\d+)") == "12"
    assert found(f"{'x ' * 30_000}n=12", r"^n=(\d+)") is None, "the beginning is the text's"
    assert found("so it is\n(b)", r"(?i)\(([A-D])\)") == "b"
    assert found("a: or b: 2", r"a: (\d)|b: (\d)") == "2"
    for tail in range(2_000):  # wherever a window ends, nothing is cut or paired wrongly
        assert found("n = 123456 " + "z" * (3_000 + tail), r"(\d+)") == "123456"
        if not tail % 20:
            text = "We have $x$ and then $y$ here. " * 200 + "The answer is $42$." + "z" * tail
            assert found(text, r"\$([^$]+)\$") == "42"


def test_an_unknown_scorer_is_named() -> None:
    unknown = Scoring("from a newer product")
    assert title_of(unknown) == "from a newer product"
    for work in (lambda: read("x", scoring=unknown), lambda: check_scoring(unknown)):
        with pytest.raises(ScorerError, match="from a newer product"):
            work()


@pytest.mark.parametrize("scorer", SCORERS)
@pytest.mark.parametrize(
    "piece", ["7 ", "A, ", "\\boxed{1}", "#### 1", "is A and ", "Paris ", "b", "\n", "x=\\frac{1}"]
)
def test_a_long_text_is_read_in_linear_time(scorer: str, piece: str) -> None:
    pattern = r"#### (.*)1|b.*x|b" if scorer == "regex" else ""

    def graded(text: str) -> None:
        for options in ((), COLOURS):
            scoring = Scoring(scorer, pattern)
            question = Question("?", options, "A" if options else "Paris", (), scoring)
            grade(question, read(text, options, scoring=scoring).answer, lambda a, b: False)

    assert is_linear(graded, piece)
