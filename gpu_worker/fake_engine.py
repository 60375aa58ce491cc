"""An Engine without a GPU, for tests of everything above the seam."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from moe_core.engine import (
    AT_LIMIT,
    BY_ITSELF,
    Checkpoint,
    Completion,
    Endpoint,
    EngineError,
    Partial,
    Prompt,
)


@dataclass
class FakeEngine:
    """Answers at once with `write(checkpoint, prompt)`; remembers what it was asked to do.

    Each character is a token.

    A checkpoint in `broken` does not load, nor one for which `fails` has a reason. A prompt in
    `deadly` takes the engine down.
    """

    write: Callable[[Checkpoint, Prompt], str]
    broken: set[str] = field(default_factory=set)
    fails: Callable[[Checkpoint], EngineError | None] = lambda _: None
    deadly: set[str] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)  # ids of prompts
    at_once: int = 1000  # completions per poll
    pieces: int = 1  # polls that one takes, of a prompt that streams
    loads: list[str] = field(default_factory=list)
    aborted: set[int] = field(default_factory=set)
    _loaded: Checkpoint | None = None
    _waiting: list[Prompt] = field(default_factory=list)
    _polls: Counter[int] = field(default_factory=Counter)  # of prompts that stream
    _partials: list[Partial] = field(default_factory=list)

    def load(self, what: Checkpoint | Endpoint) -> None:
        assert isinstance(what, Checkpoint), "it stands in for a GPU"
        if what.source in self.broken:
            raise EngineError("no such checkpoint")
        if why := self.fails(what):
            raise why
        self._loaded, self._waiting = what, []
        self.loads.append(what.source)

    def submit(self, prompts: Sequence[Prompt]) -> None:
        self._waiting += prompts

    def poll(self, seconds: float) -> list[Completion]:
        assert self._loaded is not None, "nothing is loaded"
        now, self._waiting = self._waiting[: self.at_once], self._waiting[self.at_once :]
        if self.deadly & {prompt.text for prompt in now}:
            self._loaded = None
            raise EngineError("its process ended (exit code -9)")
        growing = [prompt for prompt in now if self._grows(self._loaded, prompt)]
        self._waiting += growing
        if growing:
            time.sleep(seconds)
        return [self._complete(self._loaded, prompt) for prompt in now if prompt not in growing]

    def _grows(self, checkpoint: Checkpoint, prompt: Prompt) -> bool:
        self._polls[prompt.id] += 1
        share = self._polls[prompt.id] / self.pieces
        if not prompt.streams or share >= 1:
            return False
        text = self.write(checkpoint, prompt)
        text = text[: int(len(text) * share)]
        self._partials.append(Partial(prompt.id, text, len(text)))
        return True

    def partials(self) -> list[Partial]:
        new, self._partials = self._partials, []
        return new

    def _complete(self, checkpoint: Checkpoint, prompt: Prompt) -> Completion:
        if prompt.id in self.refused:
            return Completion(prompt.id, error="refused")
        text = self.write(checkpoint, prompt)
        ended = AT_LIMIT if len(text) > prompt.max_tokens else BY_ITSELF
        text = text[: prompt.max_tokens]
        return Completion(prompt.id, text, 10, len(text), ended)

    def abort(self, ids: Iterable[int]) -> None:
        self.aborted |= set(ids)
        self._waiting = [prompt for prompt in self._waiting if prompt.id not in self.aborted]

    def unload(self, *, keep: bool = True) -> None:
        self._loaded, self._waiting, self._partials = None, [], []
        self._polls.clear()
