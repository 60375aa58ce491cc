"""What a question says before its options: passage, system prompt, earlier messages, question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.questions.reading.cells import passage_of, question_of, text_of
from webapp.questions.reading.chat import Message, chat_in, is_chat, joined, messages_of


@dataclass(frozen=True)
class Stem:
    """`before` are the messages that come before the question; most questions have none."""

    question: str
    passage: str = ""
    before: Sequence[Message] = ()
    answer: str = ""  # what the assistant's last message says, in a chat that has one

    def messages(self, question: str) -> list[Message]:
        """All messages, the last of them with this question; [] where it is alone."""
        if not self.before:
            return []
        return [*self.before, {"role": "user", "content": self._joined(question)}]

    def text(self, question: str) -> str:
        """All of it in one text."""
        return joined(self.messages(question)) if self.before else self._joined(question)

    def _joined(self, question: str) -> str:
        return "\n\n".join(filter(None, (self.passage, question)))


def stem_of(cells: Mapping[str, Any], *, may_be_alone: bool = False) -> Stem:
    """A row's stem. `may_be_alone`: an instruction, which may need no question after it.

    Raises RowRefused.
    """
    passage = passage_of(cells.get("passage"))
    system = text_of(cells.get("system"), "system prompt")
    cell = chat_in(cells["question"])
    if is_chat(cell):
        messages, answer = messages_of(cell, system)
        return Stem(messages[-1]["content"], passage, messages[:-1], answer)
    before = [{"role": "system", "content": system}] if system else []
    if may_be_alone and passage and not text_of(cell, "question"):
        return Stem("", passage, before)
    return Stem(question_of(cell), passage, before)
