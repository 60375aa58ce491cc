"""Plays every method, and puts its figures together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from moe_core.evidence import Floats
from moe_core.replay.figures import bootstrap, difference, interval
from moe_core.replay.playing import Played, play
from moe_core.replay.prepared import Prepared
from moe_core.replay.recording import Recording
from moe_core.replay.ways import ORACLE, WAYS
from moe_core.stopping import ALL, StoppingRule

AGAINST = {"vs_paper": "paper", "vs_task_top_k": "task-top-k", "vs_single": "single"}


@dataclass(frozen=True)
class Comparison:
    """The methods that were played over a recording; the oracle only where there are answers."""

    names: Sequence[str]  # as they were asked for
    played: dict[str, Played]
    test: Recording

    def figures(self, samples: int) -> dict[str, dict[str, Any]]:
        """Per method: accuracy, ci95, distinct_experts, whether the answers are those of all seats,
        seconds, and what it is against others.

        Without any gold answer the accuracy and the interval are null.
        """
        found = {
            name: {
                "accuracy": None,
                "ci95": None,
                "distinct_experts": len({seat for team in of.seats for seat in team}),
                "same_answers": of.same,
                "seconds": round(of.seconds, 3),
            }
            for name, of in self.played.items()
        }
        graded = self.test.graded
        if not graded.any():
            return found
        if ORACLE in self.names:
            found[ORACLE] = {"distinct_experts": len(self.test.models), "seconds": 0.0}
        self._judge(found, graded, samples)
        return {name: found[name] for name in self.names if name in found}

    def outcomes(self) -> dict[str, Floats]:
        """Per method, of the questions that can be graded: 1 right, 0 not, or between."""
        graded = self.test.graded
        found = {name: of.right[graded] for name, of in self.played.items()}
        if ORACLE in self.names:
            found[ORACLE] = np.nan_to_num(self.test.right[graded]).max(axis=1)
        return found

    def asked(self, name: str) -> dict[str, Floats]:
        """What a method asked for, per question that can be graded: "seats", and "characters" in
        all of them, nan where one is not known."""
        columns = {model: column for column, model in enumerate(self.test.models)}
        rows = np.flatnonzero(self.test.graded).tolist()
        teams = [[columns[seat] for seat in self.played[name].asked[row]] for row in rows]
        written = self.test.characters
        return {
            "seats": np.array([float(len(team)) for team in teams]),
            "characters": np.array(
                [written[row, team].sum() for row, team in zip(rows, teams, strict=True)]
            ),
        }

    def _judge(self, found: dict[str, dict[str, Any]], graded: Any, samples: int) -> None:
        outcomes = self.outcomes()
        first = {name: of.first[graded] for name, of in self.played.items()}
        if ORACLE in self.names:
            first[ORACLE] = outcomes[ORACLE]
        drawn = bootstrap(outcomes, samples)
        for name, values in outcomes.items():
            found[name] |= {
                "accuracy": round(100 * float(values.mean()), 2),
                "ci95": interval(drawn[name]),
            }
            for key, other in AGAINST.items():
                if other in outcomes and other != name:
                    found[name][key] = difference(name, other, outcomes, first, drawn)
            if {"single", ORACLE} <= outcomes.keys():
                found[name]["oracle_gap_closed"] = _closed(
                    *(float(outcomes[of].mean()) for of in (name, "single", ORACLE))
                )

    def answers(self) -> Iterator[dict[str, Any]]:
        """One line per question and method, by the first seed; nothing of the oracle's."""
        for row, key in enumerate(self.test.ids):
            for name, of in self.played.items():
                yield {
                    "question_id": key,
                    "method": name,
                    "seats": list(of.seats[row]),
                    "answer": of.answers[row] if of.answers else None,
                }


def compare(
    names: Sequence[str],
    prepared: Prepared,
    test: Recording,
    k: int,
    seeds: int,
    trimmed: bool,
    asks: StoppingRule = ALL,
) -> Comparison:
    """Play the methods called `names` (see moe_core.replay.ways)."""
    played = {
        name: play(WAYS[name], prepared, test, k, seeds, trimmed, asks)
        for name in names
        if name != ORACLE
    }
    return Comparison(names, played, test)


def _closed(accuracy: float, single: float, oracle: float) -> float | None:
    """Percent of the way from the best single expert to the oracle."""
    return round(100 * (accuracy - single) / (oracle - single), 1) if oracle > single else None
