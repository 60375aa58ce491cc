"""What people should know of all questions of a file together."""

from collections import Counter
from collections.abc import Sequence

from moe_core.costs import is_costly
from webapp.plural import counted
from webapp.questions.reading.answers import BOXED, is_prose
from webapp.questions.reading.choices import Choice, Choices
from webapp.questions.reading.mapping import ALL, FROM_0

EQUAL = 5  # graded questions, from which on one answer to all of them is told


class Notes:
    """Counts choices as they are taken."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._ways: Counter[str] = Counter()
        self._golds: set[str] = set()  # two at most: more need not be known

    def see(self, choice: Choice) -> None:
        gold = choice.golds[0] if choice.golds else ""
        self._counts["ungraded"] += not gold
        self._counts["single"] += len(choice.options) == 1
        if choice.way:
            self._ways[choice.way] += 1
        if choice.several:
            self._counts[choice.several] += 1
        if gold:
            self._counts["graded"] += 1
            self._counts["prose"] += not choice.options and is_prose(gold)
            self._counts["costly"] += not choice.options and any(map(is_costly, choice.golds))
            if len(self._golds) < 2:
                self._golds.add(gold)

    def all(self, choices: Choices) -> list[str]:
        """In words, those first that change what is asked or counted as right."""
        counts = self._counts
        return [
            *_of_reading(choices),
            *(
                f"The gold answer of {_of(count)} is what stands in the last \\boxed{{}}."
                if way == BOXED
                else f"The gold answer of {_of(count)} is what stands after “{way}” in a worked"
                " solution."
                for way, count in self._ways.items()
            ),
            *_if(counts["any"], "several right answers: any of them counts. If all are wanted, say"
                 " so (“several” in the mapping)."),
            *_if(counts[ALL], "several right answers, and all of them are wanted. If any of them"
                 " counts, say so (“several” in the mapping)."),
            *_if(counts["ungraded"], "no gold answer: ungraded."),
            *_if(counts["costly"], "a gold answer that is too costly to compare: only an answer"
                 " that is spelled like it will count as correct."),
            *_if(counts["single"], "only one option."),
            *_if(counts["prose"], "a gold answer that reads like prose: a response would have to"
                 " say it in the same words to be right."),
            *self._equal(),
            *_if(choices.dropped, "the correct answer among the incorrect ones."),
            *_of_doubts(choices),
        ]  # fmt: skip

    def _equal(self) -> list[str]:
        if self._counts["graded"] < EQUAL or len(self._golds) != 1:
            return []
        gold = next(iter(self._golds))
        shown = gold if len(gold) <= 40 else gold[:39] + "…"
        return [
            f"All {self._counts['graded']:,} gold answers are the same, “{shown}”: is it the right"
            " column?"
        ]


def _of_reading(choices: Choices) -> list[str]:
    found = []
    if choices.is_shuffled:
        found.append(f"The options were shuffled with the seed {choices.seed}.")
    if choices.index and choices.index != FROM_0:
        found.append("The answers' numbers count from 1.")
    return found


def _of_doubts(choices: Choices) -> list[str]:
    """What was made of answers such as A where the options are O, A, B and AB."""
    if not choices.doubts:
        return []
    rows = ", ".join(map(str, choices.doubts[:10])) + (" …" if len(choices.doubts) > 10 else "")
    what = "texts" if choices.reads_texts else "letters"
    return [
        "The answers of these rows are the letter of one option and the text of another, and were"
        f" read as {what}, like most others: {rows}."
    ]


def _if(count: int, what: str) -> Sequence[str]:
    if not count:
        return ()
    return (f"{counted(count, 'question has', 'questions have')} {what}",)


def _of(count: int) -> str:
    return counted(count, "question")
