"""Public sets by their columns: whose they are, and from what number their answers count.

Each entry is read as an example: a file with these columns is taken for one of that set. `first`
is the number of the first option, where a file of the set may leave it open.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.questions.reading.names import plain

PAPERS_FILES = "the paper's files"  # a convention that all its benchmarks share


@dataclass(frozen=True)
class Convention:
    name: str
    columns: Mapping[str, str]  # role → its column; of several, the first one
    first: int | None = None
    is_number: bool = False  # an answer that is a number is an index, even if options are numbers


_GPQA = {"correct": "Correct Answer", "incorrect": "Incorrect Answer 1"}
_MMLU_PRO = {"options": "options", "answer": "answer", "answer_index": "answer_index"}
_LABELLED = {"passage": "context", "answer_index": "label"}
CONVENTIONS = (
    Convention("GPQA", _GPQA),
    Convention("SciQ", {"correct": "correct_answer", "incorrect": "distractor1"}),
    Convention("TruthfulQA", {"correct": "Best Answer", "incorrect": "Incorrect Answers"}),
    Convention("TruthfulQA", {"options": "mc1_targets"}),
    Convention("MedMCQA", {"options": "opa", "answer_index": "cop"}),
    Convention("MMLU-Pro", _MMLU_PRO, 0),
    Convention("MMLU", {"options": "choices", "answer": "answer", "category": "subject"}, 0, True),
    Convention("MedQA", {"options": "options", "answer": "answer", "answer_index": "answer_idx"}),
    Convention("LogiQA", {"passage": "text", "options": "options", "answer": "answer"}, 0),
    Convention("LogiQA", {**_LABELLED, "options": "options"}, 0),
    Convention("RACE", {"passage": "article", "options": "options", "answer": "answer"}),
    Convention("ReClor", {**_LABELLED, "options": "answers"}, 0),
    Convention("QuALITY", {"options": "options", "answer_index": "gold_label"}, 1),
    Convention("HellaSwag", {"question": "ctx", "options": "endings", "answer_index": "label"}, 0),
    Convention("SIQA", {**_LABELLED, "options": "answerA"}, 1),
    Convention("Cosmos QA", {**_LABELLED, "options": "answer0"}, 0),
    Convention("PIQA", {"question": "goal", "options": "sol1", "answer_index": "label"}, 0),
    Convention("WinoGrande", {"question": "sentence", "options": "option1", "answer": "answer"}, 1),
    Convention("COPA", {"passage": "premise", "options": "choice1", "answer_index": "label"}, 0),
    Convention("MuSR", {"passage": "narrative", "options": "choices"}, 0),
    Convention("ARC", {"options": "choices", "answer": "answerKey"}),
    Convention("CommonsenseQA", {"options": "question.choices", "answer": "answerKey"}),
    Convention("AGIEval", {"question": "query", "options": "choices", "answer": "gold"}, 0),
    Convention("PubMedQA", {"question": "question", "answer": "final_decision"}),
    Convention("AIME", {"question": "problem", "answer": "answer"}),
    Convention(PAPERS_FILES, {"question": "question", "answer": "gold_answer"}),
)
# What alone tells a convention apart; without them its columns are anybody's.
_TELLING = {"correct", "options", "incorrect"}


def convention_of(columns: Mapping[str, str | list[str]]) -> Convention | None:
    """Whose files have such columns; None for nobody's in particular."""
    taken = {
        role: plain(names if isinstance(names, str) else names[0])
        for role, names in columns.items()
        if names
    }
    for convention in CONVENTIONS:
        told = {role: plain(name) for role, name in convention.columns.items()}
        is_open = not _TELLING & told.keys()
        if told.items() <= taken.items() and not (is_open and _TELLING & taken.keys()):
            return convention
    return None


def name_of(columns: Mapping[str, str | list[str]]) -> str:
    """The convention's name; empty for none."""
    found = convention_of(columns)
    return found.name if found else ""
