"""What an expert's page shows of the model behind it."""

from dataclasses import dataclass

from webapp.experts.facts import Facts, facts_of
from webapp.experts.models import Expert
from webapp.experts.pool_memory import ExpertMemory, memory_of_experts
from webapp.queue.gpus import worker_machine
from webapp.runs.models import Visit


@dataclass(frozen=True)
class Shown:
    known: Facts
    memory: ExpertMemory | None  # None: nothing is loaded here
    where: str  # which machine's memory
    used: Visit | None  # the last stay of its checkpoint on a GPU, or the last call of a server

    @property
    def runs_with(self) -> str:
        """Tokens of prompt and output."""
        if self.memory is None or self.memory.shape is None:
            return ""
        asked, here = self.memory.expert.max_model_len, self.memory.here
        if asked:
            return f"{asked:,} tokens, as it is set"
        if not here.verdict.loads:
            return ""
        return f"{here.tokens:,} tokens, as many as fit {self.where}"

    @property
    def is_verified(self) -> bool:
        shape = self.memory.shape if self.memory else None
        return shape is None or shape.is_verified

    @property
    def weights(self) -> str:
        return self.memory.weights if self.memory else ""


def shown_of(expert: Expert) -> Shown:
    machine = worker_machine()
    memory = memory_of_experts([expert], machine.gpus, machine.host_bytes)
    same = Visit.objects.filter(engine_key=expert.engine_key)
    return Shown(
        known=facts_of(expert),
        memory=next(iter(memory.rows), None),
        where=memory.here,
        used=None if expert.is_recorded else same.select_related("worker").last(),
    )
