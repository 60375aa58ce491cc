"""An OpenAI-compatible endpoint behind the Engine protocol."""

from collections.abc import Callable, Iterable, Sequence
from math import inf

from gpu_worker.endpoint_session import Outcome, Session
from moe_core.engine import Completion, Endpoint, EngineAway, EngineError, Partial, Prompt

GONE = 8  # failures of the server in a row, with nothing answered, and it is given up


class OpenAIEngine:
    """Asks one endpoint at a time. Raises EngineAway when the server is gone.

    A failure that may be the server's is kept back until something that was asked after it is
    answered: only then is it the prompt's own. Otherwise a server that is down would fail all that
    waits, one by one.
    """

    def __init__(self, stopping: Callable[[], bool] = lambda: False) -> None:
        self._stopping = stopping
        self._session: Session | None = None
        self._kept: list[Outcome] = []
        self._failures = 0  # of the server in a row

    def load(self, endpoint: Endpoint) -> None:
        self.unload()
        session = Session(endpoint)
        try:
            session.check(self._stopping)
        except EngineError:
            session.close()
            raise
        self._session = session

    def submit(self, prompts: Sequence[Prompt]) -> None:
        if self._session is None:
            raise EngineError("no endpoint is loaded")
        for prompt in prompts:
            self._session.ask(prompt)

    def poll(self, seconds: float) -> list[Completion]:
        if self._session is None:
            return []
        ready: list[Completion] = []
        for outcome in self._session.outcomes(0 if self._is_gone() else seconds):
            if outcome.is_server_trouble:
                self._kept.append(outcome)
                self._failures += 1
            else:
                ready += [*self._let_go(outcome.began), outcome.completion]
                self._failures = 0
        if self._is_gone() and not ready:
            raise EngineAway(f"the endpoint fails: {self._kept[-1].completion.error}")
        if self._session.is_idle and not self._is_gone():
            ready += self._let_go()
        return ready

    def partials(self) -> list[Partial]:
        return self._session.partials() if self._session else []

    def abort(self, ids: Iterable[int]) -> None:
        if self._session is not None:
            self._session.forget(aborted := set(ids))
            self._kept = [kept for kept in self._kept if kept.completion.id not in aborted]

    def unload(self, *, keep: bool = True) -> None:
        if self._session is not None:
            self._session.close()
        self._session, self._kept, self._failures = None, [], 0

    def _is_gone(self) -> bool:
        """Whether what is kept back tells of a server that is down."""
        assert self._session is not None
        if not self._kept:
            return False
        alone = self._session.is_idle and self._kept[-1].is_unreachable
        return alone or self._failures >= GONE

    def _let_go(self, moment: float = inf) -> list[Completion]:
        """What failed before a moment at which the server was there."""
        gone = [outcome.completion for outcome in self._kept if outcome.ended <= moment]
        self._kept = [outcome for outcome in self._kept if outcome.ended > moment]
        return gone
