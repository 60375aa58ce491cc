"""What the columns of question files are called: the one list of them.

role           what its column holds
question       the question, or chat messages; options may follow in it after "Options:"
passage        what the question is about: put before it
system         a system prompt: sent before the question
options        a list; or several columns, each with one option; or an option a row, with `right`
answer         the gold answer: a letter, an option's full text, an index, or an open answer
answer_index   the gold answer's index or letter, alone or beside the answer
correct        the correct answer, and
incorrect      the others, a list or several columns; all of them, shuffled, are the options
right          1 or 0: whether the row's option is right; rows of one question follow each other
id, category   names

Upper and lower case, spaces and underscores make no difference.
"""

import re

# Role → names it goes by, the surest first.
NAMES: dict[str, tuple[str, ...]] = {
    "question": (
        *("question", "problem", "input", "prompt", "query", "origin query", "question stem"),
        *("stem", "question text", "problem text", "questions", "messages", "conversations"),
        *("user prompt", "prompt text", "query text", "question body"),
        *("goal", "ctx", "sentence", "instruction", "task"),
    ),
    "passage": (
        *("passage", "context", "contexts", "text", "article", "story", "paragraph", "document"),
        *("narrative", "background", "body", "premise", "scenario", "situation", "dialogue"),
        *("paragraphs", "documents", "instruction", "instructions"),
    ),
    "system": ("system", "system prompt", "system message"),
    "options": (
        *("options", "choices", "endings", "candidates", "answer choices", "answer options"),
        *("possible answers", "alternatives", "mc1 targets", "target scores", "mc2 targets"),
        *("answers", "mc targets", "multiple choice targets"),
    ),
    "answer": (
        *("final answer", "answer", "gold answer", "gold", "target", "targets", "ground truth"),
        *("expected output", "expected answer", "expected", "answer key", "correct answer"),
        *("correct option", "correct choice", "right answer", "correct", "ideal", "reference"),
        *("reference answer", "references", "answers", "answers spans", "answer choice"),
        *("gold answers", "golden answer", "golden answers", "ideal answer", "model answer"),
        *("true answer", "accepted answers", "ground truth answer", "target answer"),
        *("target output", "desired output", "expected response", "expected1", "assert"),
        *("best answer", "final decision", "output", "response", "completion"),
        *("label", "solution"),
    ),
    "answer_index": (
        *("answer index", "answer idx", "cop", "correct index", "correct idx", "gold index"),
        *("correct option index", "correct answer index", "correct answer idx", "gold idx"),
        *("correct choice index", "target index", "target idx", "gold label", "label"),
        *("answer id", "answer number", "answer label"),
    ),
    "correct": ("correct answer", "best answer", "correct answers"),
    "incorrect": (
        *("incorrect answers", "incorrect answer", "distractors", "wrong answers"),
        *("incorrect options", "incorrect choices"),
    ),
    "right": ("is correct", "correct", "is right", "right", "label", "is answer", "score"),
    "id": (
        *("id", "question id", "record id", "uuid", "qid", "query id", "problem id", "example id"),
        *("unique id", "task id", "custom id", "key"),
    ),
    "category": ("category", "subject", "subject name", "high-level domain", "domain"),
}
SEVERAL = {"passage", "options", "incorrect"}  # roles that may take several columns
# The two ways in which a file tells which option is right.
CHOSEN = {"options", "answer", "answer_index", "right"}
APART = {"correct", "incorrect"}
# Roles whose columns may also be members of objects, under these names.
INSIDE: dict[str, tuple[str, ...]] = {
    "question": (
        "stem",
        "question stem",
        "question",
        "question text",
        "text",
        "problem",
        "prompt",
        "messages",
    ),
    "passage": ("contexts", "context", "passage", "text"),
    "options": ("choices", "options"),
    "answer": ("final answer", "answer", "gold answer", "ground truth", "target", "correct answer"),
    "answer_index": ("answer index", "answer idx", "correct index"),
}
# An option in each row, beside `right`.
ROW_OPTION = ("option", "choice", "candidate", "answer", "sentence", "text", "ending")
# Names of columns of one kind: of what kind, and which.
NUMBERED = {
    "options": re.compile(
        r"(op|opt|option|choice|answer_option|answer|ans|ending|candidate|sol|hypothesis)?"
        r"[ _-]?([a-z]|\d\d?)"
    ),
    "incorrect": re.compile(
        r"(incorrect[ _]answer|distractor|wrong[ _]answer|incorrect)[ _]?(\d\d?|[a-z])"
    ),
}
# What names of columns with gold answers hold, even if they are none of the above.
ANSWERS = ("answer", "gold", "truth", "target", "correct", "expected", "solution", "label")
# A word of a column's name that tells of a part of the question, names that do as a whole, and
# words with which a name tells of something else.
PARTS = {
    *("image", "images", "picture", "pictures", "figure", "figures", "diagram", "audio", "video"),
    *("tables", "facts", "evidence", "hint", "hints", "lecture", "hypothesis", "dialogue"),
    *("conversation", "passage", "context", "contexts", "article", "story", "paragraph"),
    *("paragraphs", "document", "documents", "background", "premise", "scenario", "situation"),
    *("instruction", "instructions", "narrative"),
}
WHOLE_PARTS = {"table", "chart", "fact", "fact1", "support", "history", "code", "starter code"}
_OTHER = {"id", "ids", "idx", "index", "type", "kind", "list", "source", "length", "count"}


def plain(name: str) -> str:
    """A column's name as it is compared: ignoring case, spaces, underscores and other signs."""
    return "".join(filter(str.isalnum, name.casefold()))


def looks_like_an_answer(name: str) -> bool:
    """Whether a column's name speaks of what is right."""
    return any(word in plain(name) for word in ANSWERS)


def looks_like_a_part(name: str) -> bool:
    """Whether a column's name says that it belongs to the question."""
    words = re.split(r"[\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).casefold())
    if plain(name) in map(plain, WHOLE_PARTS):
        return True
    return not PARTS.isdisjoint(words) and _OTHER.isdisjoint(words)
