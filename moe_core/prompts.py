"""The words put before an LLM, one function per purpose of a generation.

Plain strings: an engine wraps them in its expert's chat template. The wording is ours;
what each prompt asks for follows the paper (section 3: skill inference, zero-shot chain of
thought, aggregation), and for its baselines what they are named for.

The demo experts are trained on exactly the prompts of `annotate`, `respond` and `aggregate`: a
change there means `make demo-experts`. Other words for the same purposes are wordings
(moe_core/wordings.py).
"""

from collections.abc import Sequence
from string import ascii_uppercase

from moe_core.fences import fenced


def question_text(question: str, options: Sequence[str] = ()) -> str:
    """The question as every prompt shows it: its text, then one lettered line per option."""
    lines = [question.strip()]
    lines += [
        f"({letter}) {option}" for letter, option in zip(ascii_uppercase, options, strict=False)
    ]
    return "\n".join(lines)


def annotate(question: str, options: Sequence[str] = ()) -> str:
    """Ask for the skills that a question needs (paper, skill inference).

    Small models answer the question instead, or explain what they name: so an example shows the
    line, and the last sentence asks for nothing else.
    """
    return (
        "Name 2 to 5 skills needed to answer this question, separated by commas, "
        'after "Keywords:", in a line like this one:\n'
        "Keywords: organic chemistry, stoichiometry\n\n"
        f"Question: {question_text(question, options)}\n\n"
        "Do not answer the question. Write only that line."
    )


BOXED = "Think step by step and put the final answer in \\boxed{}."


def respond(question: str, options: Sequence[str] = ()) -> str:
    """Zero-shot chain of thought; profiling and responding share it (paper, section 3)."""
    ending = "Think step by step, then finish with: The answer is (letter)." if options else BOXED
    return f"{question_text(question, options)}\n\n{ending}"


def asked(prompt: str) -> str:
    """The question without options that `respond` was given."""
    return prompt.removesuffix(f"\n\n{BOXED}")


def aggregate(question: str, responses: Sequence[str], options: Sequence[str] = ()) -> str:
    """Show k responses, which may be wrong, and ask for the final answer; trials share it."""
    said, texts = fenced(responses)
    shown = "\n\n".join(
        f"Response {number}: {text.strip()}" for number, text in enumerate(texts, start=1)
    )
    return (
        f"{after(said)}{shown}\n\nThe responses above may be wrong. Check them and answer the"
        f" question yourself.\n\n{respond(question, options)}"
    )


def refine(question: str, own: str, options: Sequence[str] = ()) -> str:
    """Ask an expert to reread and improve its own response (self-refine)."""
    return (
        f"Your earlier response: {own.strip()}\n\nReread it step by step. Keep what is right,"
        f" correct what is wrong, and answer the question again.\n\n{respond(question, options)}"
    )


def debate(
    question: str, own: str | None, others: Sequence[str], options: Sequence[str] = ()
) -> str:
    """Show an expert what the others wrote, and ask it to answer again (multi-agent debate)."""
    own_first = [] if own is None else [own]
    said, texts = fenced([*own_first, *others])
    heads = ["Your earlier response"] * len(own_first) + ["Another expert's response"] * len(others)
    shown = "\n\n".join(f"{head}: {text.strip()}" for head, text in zip(heads, texts, strict=True))
    return (
        f"{after(said)}{shown}\n\nAny of these may be wrong. Compare their reasons, settle where"
        f" they differ, and answer the question again.\n\n{respond(question, options)}"
    )


def after(said: str) -> str:
    """What is said before responses, with the blank line that follows it; blank: nothing is."""
    return f"{said}\n\n" if said else ""
