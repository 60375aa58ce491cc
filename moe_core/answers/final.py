"""What of an output is its final text: no reasoning apart, nothing after the model's turn.

The expert's own mark of thinking is `moe_core.extraction`'s; here is what other formats write.
Everything looks at an output once.
"""

import re
from collections.abc import Iterable

from moe_core.answers.cues import Cued

# Marks between which a model reasons before it answers.
_TAGS = "reasoning|thoughts?|thinking|scratchpad|reflection|analysis|seed:think"
_OPENING = re.compile(
    rf"<(?:{_TAGS})>|\[THINK\]|<\|(?:begin_of_thought|START_THINKING)\|>|◁think▷"
    r"|\AThinking\.\.\.\n"
)
_CLOSING = re.compile(
    rf"</(?:{_TAGS})>|\[/THINK\]|<\|(?:end_of_thought|END_THINKING)\|>|◁/think▷"
    r"|\n\.\.\.done thinking\.\n"
)
_MARK = re.compile(f"(?P<open>{_OPENING.pattern})|{_CLOSING.pattern}")
# Every format has one of these: most outputs have none, and are not looked at further.
_CUED = Cued({"a format": ("<", "THINK]", "◁", "done thinking.", "assistantfinal")})

# gpt-oss writes channels; where its marks are left out of the text, their names run together.
_CHANNEL = "<|channel|>"
_FINAL_CHANNEL = re.compile(r"<\|channel\|>final(?: [^<\n]{0,100})?<\|message\|>")
_RUN_TOGETHER = re.compile(r"\Aanalysis.*assistantfinal", re.DOTALL)

_END_OF_TURN = (
    r"<\|(?:im_end|eot_id|end|return|call|endoftext|end_of_text|END_RESPONSE|end_of_solution)\|>"
    r"|</s>|<end_of_turn>|<\|im_start\|>|<\|start\|>|<\|user\|>|\[INST\]"
)
# A base model that goes on after its answer invents the next question (measured: one does so in
# 91 % of its outputs); whatever follows is not about this question. Before any answer, the same
# words only restate the question.
RUN_ON = re.compile(
    r"\n[ \t]*(?:#+[ \t]*|\*\*[ \t]*)?"
    r"(?:(?:Question|Problem|Exercise|Example|Q)[ \t]*\d*[ \t]*[:.]|(?:Human|User|Instruction):)"
    rf"|{_END_OF_TURN}"
)


def after_reasoning(text: str) -> str:
    """What a reader is meant to see of an output in a format that marks its reasoning.

    Reasoning that does not end leaves nothing after it: its last guess is not an answer.
    """
    return "".join([text[start:end] for start, end in _shown(text)])


def reasoning(text: str) -> str:
    """What `after_reasoning` leaves out, without the marks."""
    hidden, last = [], 0
    for start, end in [*_shown(text), (len(text), len(text))]:
        hidden.append(text[last:start])
        last = end
    return _MARK.sub("", "".join(hidden)).strip()


def _shown(text: str) -> Iterable[tuple[int, int]]:
    if not _CUED.of(text):
        return [(0, len(text))]
    if _CHANNEL in text:
        found = list(_FINAL_CHANNEL.finditer(text))
        return [(found[-1].end(), len(text))] if found else []
    if together := _RUN_TOGETHER.match(text):
        return [(together.end(), len(text))]
    return _between_marks(text)


def _between_marks(text: str) -> list[tuple[int, int]]:
    """The parts outside of all marks; what closes without an opening was opened by the prompt."""
    parts: list[tuple[int, int]] = []
    depth, last = 0, 0
    for mark in _MARK.finditer(text):
        if mark["open"]:
            if depth == 0:
                parts.append((last, mark.start()))
            depth += 1
        else:
            parts = parts if depth else []
            depth, last = 0, mark.end()
    if depth == 0:
        parts.append((last, len(text)))
    return parts
