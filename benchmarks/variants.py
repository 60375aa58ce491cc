"""What was tried for `ours`, on each recording whose folder is given: cross-validated on its
validation questions alone.

Ten folds: the profile is made of nine tenths, the other tenth is answered. Figures are percentage
points over the plain weighted vote of the same seats (votes), or over the k strongest experts
(recruiters), with their standard error over questions. Votes are tried on the k strongest
(`strongest`) and as the mean over all teams of k among the six strongest (`teams`), which is
steadier. A recording of scores alone has one seat and no votes. `--transfer` makes profiles on half
of MMLU-Pro's categories and answers the other half of its test questions with them; it reads test
answers: a look that docs/method-log.md has to mention.
"""

import argparse
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.stopping import FILES
from benchmarks.transfer import transfer
from moe_core import answer_signs, calibrated, mixtures
from moe_core.evidence import Evidence, Floats
from moe_core.profiles import Profile
from moe_core.recruiters import recruit_all
from moe_core.replay.prepared import Prepared, prepare
from moe_core.replay.recording import Recording, read_recording
from moe_core.replay.splits import drawn
from moe_core.votes import Ballot, Weigher, log_odds, vote

RESULT = Path(__file__).resolve().parent / "results" / "variants.json"
FOLDS, K, STRONGEST, NEAREST = 10, 3, 6, 50
VALIDATION = 350  # of a recording that is not in halves
Teams = Callable[["Tried", Profile, Sequence[int]], list[list[tuple[str, ...]]]]
Settings = Callable[[], Any]  # a context in which a variant holds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mmlu-pro", type=Path, help="folder of its recorded responses")
    parser.add_argument("--zeroeval", type=Path, help="folder of its recorded responses")
    parser.add_argument("--llmrouter9", type=Path, help="folder of its scores")
    parser.add_argument("--transfer", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    found: dict[str, Any] = json.loads(RESULT.read_text())  # of what is not given, as it was
    for title, recording, k in _recordings(options):
        of: dict[str, dict[str, dict[str, str]]] = {}
        found[title] = of
        print(f"\n{title}: {len(recording.questions)} validation questions, seats: {k}")
        for kind, variant, figures in tried(recording, k):
            of.setdefault(kind, {})[variant] = figures
            print(f"{kind}: {variant:<52} {figures}", flush=True)
    if options.transfer:
        found |= transfer(options.mmlu_pro)
    RESULT.write_text(json.dumps(found, indent=2) + "\n")


def _recordings(options: argparse.Namespace) -> Iterator[tuple[str, Recording, int]]:
    """Title, validation questions and seats of each that is there."""
    for title, folder in (("MMLU-Pro", options.mmlu_pro), ("ZeroEval", options.zeroeval)):
        if folder is not None:
            questions, responses, *_ = FILES[title]
            yield title, read_recording(folder / questions, folder / responses), K
    if (folder := options.llmrouter9) is not None:
        scores = read_recording(folder / "questions.jsonl", folder / "scores.parquet")
        known, _ = next(drawn(scores, VALIDATION, 1))
        yield "llmrouter9", known, 1


@dataclass(frozen=True)
class Tried:
    """Validation questions that answer each other, with k seats."""

    recording: Recording
    prepared: Prepared
    k: int


def tried(recording: Recording, k: int) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Each variant: kind, name and figures."""
    from moe_core.embedder import embed

    of = Tried(recording, prepare(recording, recording, embed), k)
    tried_on = TEAMS if k > 1 else {"strongest": _strongest}
    plain = {name: outcomes(of, teams, log_odds) for name, teams in tried_on.items()}
    accuracies = {name: f"{100 * right.mean():.1f} %" for name, right in plain.items()}
    yield "votes" if k > 1 else "recruiters", "the strongest, plain weighted vote", accuracies
    for variant, settings in _votes(recording, k).items():
        with settings():
            over = {
                name: _over(outcomes(of, teams, calibrated.calibrated), plain[name])
                for name, teams in tried_on.items()
            }
            yield "votes", variant, over
    for variant, (teams, settings) in RECRUITERS.items():
        with settings():
            over = {"weighted vote": _over(outcomes(of, teams, log_odds), plain["strongest"])}
            yield "recruiters", variant, over


def _votes(recording: Recording, k: int) -> Mapping[str, Settings]:
    """Those that can differ: they do in what options look like."""
    if k == 1:
        return {}
    return VOTES if any(question.options for question in recording.questions) else _PLAIN_VOTES


def outcomes(of: Tried, teams: Teams, weigh: Weigher) -> Floats:
    """(n,): how right each question's teams are; profiles are of the other folds."""
    size = len(of.recording.questions)
    evidence = of.prepared.profile.observed
    right = np.zeros(size)
    order = np.random.default_rng(0).permutation(size)
    for fold in range(FOLDS):
        rows = order[fold::FOLDS].tolist()
        profile = Profile.of(evidence.only(sorted(set(range(size)) - set(rows))))
        for row, of_question in zip(rows, teams(of, profile, rows), strict=True):
            right[row] = np.mean([_right(of, profile, weigh, row, t) for t in of_question])
    return right


def _right(of: Tried, profile: Profile, weigh: Weigher, row: int, team: tuple[str, ...]) -> float:
    columns = [of.recording.models.index(seat) for seat in team]
    if len(columns) == 1:  # of some recordings nothing but scores is known
        return float(of.recording.right[row, columns[0]])
    found = [of.recording.responses[row][column] for column in columns]
    stated = [None if response is None else response.stated for response in found]
    texts = [None if response is None else response.text for response in found]
    asked = of.prepared.asked[row]
    ballot = Ballot(of.recording.questions[row], team, stated, texts, asked.skills, asked.vector)
    return of.prepared.profile.observed.is_right(row, vote(stated, weigh(profile, ballot)))


def _over(ours: Floats, theirs: Floats) -> str:
    points = 100 * (ours - theirs)
    return f"{points.mean():+.2f} ± {points.std() / len(points) ** 0.5:.2f}"


def _strongest(of: Tried, profile: Profile, rows: Sequence[int]) -> list[Any]:
    return [[tuple(profile.strongest[: of.k])]] * len(rows)


def _teams(of: Tried, profile: Profile, rows: Sequence[int]) -> list[Any]:
    return [list(combinations(profile.strongest[:STRONGEST], of.k))] * len(rows)


def _by(recruiter: str) -> Teams:
    def teams(of: Tried, profile: Profile, rows: Sequence[int]) -> list[Any]:
        asked = [of.prepared.asked[row] for row in rows]
        return [[r.seats] for r in recruit_all(recruiter, profile, asked, of.k, rows)]

    return teams


def _without_domains(of: Tried, profile: Profile, rows: Sequence[int]) -> list[Any]:
    return _by("ours")(of, Profile.of(replace(profile.observed, domains=None)), rows)


def _best(scores: Callable[[Profile, Prepared, int], Mapping[str, float]]) -> Teams:
    """The k experts of the highest score."""

    def teams(of: Tried, profile: Profile, rows: Sequence[int]) -> list[Any]:
        found = []
        for row in rows:
            score = scores(profile, of.prepared, row)
            found.append([tuple(sorted(score, key=lambda expert: -score[expert])[: of.k])])
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
_PLAIN_VOTES: dict[str, Settings] = {"as it is": _as_it_is}
VOTES: dict[str, Settings] = {
    **_PLAIN_VOTES,
    **{f"dependence {value}": _dependence(value) for value in (0.4, 0.5, 0.7, 0.8, 1.0)},
    "no sign at all": _signs(tone=False),
    "tone only": _signs(),
    "looks only": _signs(*_ALL, tone=False),
    **{f"only {name}": _signs(name, tone=False) for name in _ALL},
    **{f"without {name}": _signs(*(set(_ALL) - {name})) for name in _ALL},
}
RECRUITERS: dict[str, tuple[Teams, Settings]] = {
    "ours": (_by("ours"), _as_it_is),
    "ours, without domains": (_without_domains, _as_it_is),
    "domain-top-k": (_by("domain-top-k"), _as_it_is),
    "ours, deviations at least 0.064": (_by("ours"), _ratios(0.064, 0.25, 1.0, 4.0)),
    "ours, deviations at least 0.25": (_by("ours"), _ratios(0.25, 1.0, 4.0)),
    "paper-top-k": (_by("paper-top-k"), _as_it_is),
    "accuracy on the skills, shrunk": (_best(_skill_accuracy), _as_it_is),
    f"the {NEAREST} nearest questions": (_best(_nearest), _as_it_is),
}


if __name__ == "__main__":
    main()
