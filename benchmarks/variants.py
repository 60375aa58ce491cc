"""What was tried for `ours`: cross-validated on the validation questions alone.

Ten folds: the profile is made of nine tenths, the other tenth is answered. Figures are percentage
points over the plain weighted vote of the same seats (votes), or over the k strongest experts
(recruiters), with their standard error over questions. Votes are tried on the k strongest
(`strongest`) and as the mean over all teams of k among the six strongest (`teams`), which is
steadier. `--transfer` makes profiles on half of the categories and answers the other half of the
test questions with them; it reads test answers: a look that docs/method-log.md has to mention.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.transfer import transfer
from moe_core import answer_signs, calibrated, mixtures
from moe_core.embedder import embed
from moe_core.evidence import Evidence, Floats
from moe_core.profiles import Profile
from moe_core.recruiters import recruit_all
from moe_core.replay.prepared import Prepared, prepare
from moe_core.replay.recording import Recording, read_recording
from moe_core.votes import Ballot, Weigher, log_odds, vote

RESULT = Path(__file__).resolve().parent / "results" / "variants.json"
FOLDS, K, STRONGEST, NEAREST = 10, 3, 6, 50
Teams = Callable[[Profile, Prepared, Sequence[int]], list[list[tuple[str, ...]]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="recorded MMLU-Pro responses")
    parser.add_argument("--transfer", action="store_true")
    options = parser.parse_args()
    folder: Path = options.folder
    validation = read_recording(
        folder / "mmlu_pro_validation.jsonl", folder / "responses_validation.parquet"
    )
    found = {"votes": {}, "recruiters": {}} | (transfer(folder) if options.transfer else {})
    prepared = prepare(validation, validation, embed)
    for name, result in tried(validation, prepared):
        kind, _, variant = name.partition(": ")
        found[kind][variant] = result
        print(f"{name:<44} {result}", flush=True)
    RESULT.write_text(json.dumps(found, indent=2) + "\n")


def tried(recording: Recording, prepared: Prepared) -> Iterator[tuple[str, dict[str, str]]]:
    """Each variant with its figures."""
    plain = {name: outcomes(recording, prepared, of, log_odds) for name, of in TEAMS.items()}
    accuracies = {name: f"{100 * of.mean():.1f} %" for name, of in plain.items()}
    yield "votes: the plain weighted vote itself", accuracies
    for variant, settings in VOTES.items():
        with settings():
            yield (
                f"votes: {variant}",
                {
                    name: _over(
                        outcomes(recording, prepared, of, calibrated.calibrated), plain[name]
                    )
                    for name, of in TEAMS.items()
                },
            )
    for variant, (of, settings) in RECRUITERS.items():
        with settings():
            yield (
                f"recruiters: {variant}",
                {
                    "weighted vote": _over(
                        outcomes(recording, prepared, of, log_odds), plain["strongest"]
                    )
                },
            )


def outcomes(recording: Recording, prepared: Prepared, teams: Teams, weigh: Weigher) -> Floats:
    """(n,): the share of each question's teams that are right; profiles are of the other folds."""
    size = len(recording.questions)
    evidence = prepared.profile.observed
    right = np.zeros(size)
    order = np.random.default_rng(0).permutation(size)
    for fold in range(FOLDS):
        rows = order[fold::FOLDS].tolist()
        profile = Profile.of(evidence.only(sorted(set(range(size)) - set(rows))))
        for row, of_question in zip(rows, teams(profile, prepared, rows), strict=True):
            gold = recording.questions[row].gold
            answers = [_voted(recording, prepared, profile, weigh, row, t) for t in of_question]
            right[row] = np.mean([answer == gold for answer in answers])
    return right


def _voted(
    recording: Recording,
    prepared: Prepared,
    profile: Profile,
    weigh: Weigher,
    row: int,
    team: tuple[str, ...],
) -> str | None:
    found = [recording.responses[row][recording.models.index(seat)] for seat in team]
    stated = [None if response is None else response.stated for response in found]
    texts = [None if response is None else response.text for response in found]
    asked = prepared.asked[row]
    question = recording.questions[row]
    ballot = Ballot(question, team, stated, texts, asked.skills, asked.vector)
    return vote(stated, weigh(profile, ballot))


def _over(ours: Floats, theirs: Floats) -> str:
    points = 100 * (ours - theirs)
    return f"{points.mean():+.2f} ± {points.std() / len(points) ** 0.5:.2f}"


def _strongest(profile: Profile, prepared: Prepared, rows: Sequence[int]) -> list[Any]:
    return [[tuple(profile.strongest[:K])]] * len(rows)


def _teams(profile: Profile, prepared: Prepared, rows: Sequence[int]) -> list[Any]:
    return [list(combinations(profile.strongest[:STRONGEST], K))] * len(rows)


def _by(recruiter: str) -> Teams:
    def teams(profile: Profile, prepared: Prepared, rows: Sequence[int]) -> list[Any]:
        asked = [prepared.asked[row] for row in rows]
        return [[r.seats] for r in recruit_all(recruiter, profile, asked, K, rows)]

    return teams


def _best(scores: Callable[[Profile, Prepared, int], Mapping[str, float]]) -> Teams:
    """The k experts of the highest score."""

    def teams(profile: Profile, prepared: Prepared, rows: Sequence[int]) -> list[Any]:
        found = []
        for row in rows:
            of = scores(profile, prepared, row)
            found.append([tuple(sorted(of, key=lambda expert: -of[expert])[:K])])
        return found

    return teams


def _skill_accuracy(profile: Profile, prepared: Prepared, row: int) -> dict[str, float]:
    return {e: profile.accuracy(e, prepared.asked[row].skills) for e in profile.cells}


def _nearest(profile: Profile, prepared: Prepared, row: int) -> dict[str, float]:
    evidence: Evidence = profile.observed
    vector = prepared.asked[row].vector
    assert vector is not None
    near = np.argsort(-(evidence.vectors @ vector))[:NEAREST]
    shrunk = (evidence.right[near].sum(axis=0) + 20 * evidence.strength) / (NEAREST + 20)
    return dict(zip(evidence.experts, shrunk.tolist(), strict=True))


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


def _dependence(value: float) -> Any:
    return lambda: patch.object(calibrated, "DEPENDENCE", value)


def _ratios(*values: float) -> Any:
    return lambda: patch.object(mixtures, "RATIOS", values)


def _signs(*names: str, tone: bool = True) -> Any:
    @contextmanager
    def settings() -> Iterator[None]:
        kept = {name: sign for name, sign in answer_signs.OPTION_SIGNS.items() if name in names}
        doubts = (10**9,) if not tone else answer_signs.DOUBTS  # nothing counts as doubt
        with (
            patch.object(answer_signs, "OPTION_SIGNS", kept),
            patch.object(answer_signs, "DOUBTS", doubts),
        ):
            answer_signs.option_classes.cache_clear()
            yield
        answer_signs.option_classes.cache_clear()

    return settings


_ALL = tuple(answer_signs.OPTION_SIGNS)
TEAMS: dict[str, Teams] = {"strongest": _strongest, "teams": _teams}
VOTES: dict[str, Any] = {
    "as it is": _as_it_is,
    **{f"dependence {value}": _dependence(value) for value in (0.4, 0.5, 0.7, 0.8, 1.0)},
    "no sign at all": _signs(tone=False),
    "tone only": _signs(),
    "looks only": _signs(*_ALL, tone=False),
    **{f"only {name}": _signs(name, tone=False) for name in _ALL},
    **{f"without {name}": _signs(*(set(_ALL) - {name})) for name in _ALL},
}
RECRUITERS: dict[str, tuple[Teams, Any]] = {
    "ours": (_by("ours"), _as_it_is),
    "ours, deviations at least 0.064": (_by("ours"), _ratios(0.064, 0.25, 1.0, 4.0)),
    "ours, deviations at least 0.25": (_by("ours"), _ratios(0.25, 1.0, 4.0)),
    "paper-top-k": (_by("paper-top-k"), _as_it_is),
    "accuracy on the skills, shrunk": (_best(_skill_accuracy), _as_it_is),
    f"the {NEAREST} nearest questions": (_best(_nearest), _as_it_is),
}


if __name__ == "__main__":
    main()
