"""The same runs three times: submitted together, arriving over time, each after the one before."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from django.db import transaction

from benchmarks.ground import Ground, finish
from benchmarks.worker import bare
from benchmarks.worker.bounds import Alone, Part, arrivals_bound, work_bound
from benchmarks.worker.episodes import episode, work_of
from moe_core.values import Stage
from webapp.execution.start import submit_run
from webapp.runs.models import Run

ARRIVING = 0.6  # of the static wall: the time in which the staggered runs arrive
RESPOND = Stage.RESPOND.name.lower()
NAIVE_QUESTIONS = 4  # the sample that the naive order is extrapolated from

Found = dict[str, Any]


@dataclass
class Scenarios:
    """The runs of a benchmark, one by one or together; and what their parts take alone."""

    ground: Ground
    count: int
    alone: dict[Part, Alone] = field(default_factory=dict)
    passes: list[list[Found]] = field(default_factory=list)  # raw measurements of `alone`
    wall: float = 0.0  # of the static scenario
    together: list[Run] = field(default_factory=list)  # its runs

    def submit(self, seed: int) -> Run:
        """skill-moe with an LLM that writes, so that there are three stages."""
        return submit_run(
            self.ground.team,
            None,
            pool=self.ground.pool,
            questions=self.ground.questions,
            profile=self.ground.profile,
            seed=seed,
            writer="llm",
        )

    def static(self, repeat: int) -> Found:
        """All together; after each repetition its parts are measured alone."""
        repetitions = []
        for _ in range(repeat):
            with transaction.atomic():
                runs = [self.submit(seed) for seed in range(self.count)]
            finish(runs)
            self.measure_alone(runs, again=True)
            repetitions.append((runs, episode(runs)))
        found = [of | self.compared(of, work_bound(work_of(runs), self.alone))
                 for runs, of in repetitions]  # fmt: skip
        middle = sorted(found, key=lambda of: of["wall_over_lower_bound"])[len(found) // 2]
        self.wall, self.together = middle["wall_seconds"], repetitions[-1][0]
        return _headline(middle) | {"repetitions": found}

    def staggered(self) -> Found:
        gap = ARRIVING * self.wall / self.count
        begin = time.monotonic()
        runs = []
        for seed in range(self.count):
            time.sleep(max(0.0, begin + seed * gap - time.monotonic()))
            runs.append(self.submit(seed))
        finish(runs)
        self.measure_alone(runs)
        first = runs[0].created
        arrivals = [((run.created - first).total_seconds(), work_of([run])) for run in runs]
        found = episode(runs)
        found |= self.compared(found, arrivals_bound(arrivals, self.alone))
        return _headline(found) | {"gap_seconds": round(gap, 2), "repetitions": [found]}

    def run_at_a_time(self, repeat: int) -> Found:
        """Each when the one before has ended; the first ones again by the bare engine."""
        runs, pairs = [], []
        for seed in range(self.count):
            run = self.submit(seed)
            finish([run])
            runs.append(run)
            if seed < repeat:
                pairs.append(_against_bare(run))
        self.measure_alone(runs)
        found = [episode([run]) for run in runs]
        total = {
            "loads": sum(of["loads"] for of in found),
            "distinct_experts": len(work_of(runs)),
            "wall_seconds": round(sum(of["wall_seconds"] for of in found), 2),
        }
        total |= self.compared(total, work_bound(work_of(runs), self.alone))
        overhead = round(median(pair["run_over_bare"] for pair in pairs), 4)
        return {
            "run_at_a_time": total | {"episodes": found},
            "overhead_vs_bare_engine": overhead,
            "bare_engine": {"pairs": pairs},
        }

    def naive(self) -> Found:
        """Each question loads its experts in turn; the other two stages as in the lower bound."""
        sample = bare.play(bare.by_question(self.together[0], NAIVE_QUESTIONS))
        stay = sum(of.seconds for of in sample) / len(sample)
        questions = self.ground.questions.size
        stays = sum(len(bare.by_question(run, questions)) for run in self.together)
        work = work_of(self.together)
        others = {part: n for part, n in work.items() if part[0] != RESPOND}
        total = {
            "extrapolated": True,
            "sample_questions": min(NAIVE_QUESTIONS, questions),
            "sample_stays": len(sample),
            "loads": stays + len(others),
            "distinct_experts": len(work),
            "wall_seconds": round(stay * stays + work_bound(others, self.alone), 1),
        }
        total |= self.compared(total, work_bound(work, self.alone))
        return total | {"sample": [asdict(of) for of in sample]}

    def measure_alone(self, runs: Sequence[Run], again: bool = False) -> None:
        """What the runs' parts take by themselves: those not known yet, or all of them again."""
        batches = [batch for batch in bare.by_part(runs) if again or batch.part not in self.alone]
        played = bare.play(batches)
        for of in played:
            part = self.alone.setdefault((of.stage, of.expert), Alone())
            part.load_seconds.append(of.load_seconds)
            part.token_seconds.append(of.generate_seconds / max(of.tokens, 1))
        if played:
            self.passes.append([asdict(of) for of in played])

    def compared(self, found: Mapping[str, Any], bound: float) -> Found:
        """The bound, and how far the wall is from it and from the static one."""
        wall = found["wall_seconds"]
        compared: Found = {
            "lower_bound_seconds": round(bound, 2),
            "wall_over_lower_bound": round(wall / bound, 4),
        }
        if self.wall:
            compared["wall_over_static"] = round(wall / self.wall, 2)
        return compared


def _headline(found: Found) -> Found:
    names = ("loads", "distinct_experts", "wall_seconds", "lower_bound_seconds",
             "wall_over_lower_bound", "wall_over_static", "publish_share", "stages")  # fmt: skip
    return {name: found[name] for name in names if name in found}


def _against_bare(run: Run) -> Found:
    """One run end to end beside the bare engine on the same prompts in the same visits."""
    played = bare.play(bare.by_visit(run))
    whole = episode([run])
    last = played[-1].unload_seconds  # a run has ended before its last expert leaves
    seconds = sum(of.seconds for of in played) - last
    return {
        "run_over_bare": round(whole["wall_seconds"] / seconds, 4),
        "run_seconds": whole["wall_seconds"],
        "bare_seconds": round(seconds, 2),
        "run_tokens": sum(work_of([run]).values()),
        "bare_tokens": sum(of.tokens for of in played),
        "bare_visits": [asdict(of) for of in played],
    }
