"""MoRE's answer selector: a forest scores each seat's answer, most of all by who else states it.

After "Getting MoRE out of Mixture of Language Model Reasoning Experts" (arXiv 2305.14628), answer
selection, and feature_classifier.py of its code. Different here: the model's probability and the
passages are not known, so that features are expert, question, answer and agreement; experts answer
alike or not, without a measure of overlap. It abstains from nothing. In replay alone: the forest
would have to be grown wherever a run's votes are counted or explained.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from moe_core.evidence import Evidence, Floats
from moe_core.grading import canonical
from moe_core.profiles import Profile
from moe_core.values import Question
from moe_core.votes import Ballot

_FORMS = ("what", "who", "which", "when", "where", "how", "why")  # of questions
_NUMBER = re.compile(r"\d+")
TREES = 100
ABSENT = -1.0  # of an expert that has no seat
Answers = Sequence[str | None]


def selected(profile: Profile, ballot: Ballot) -> list[float]:
    """Weigher: the seat whose answer scores highest has the vote alone, and weighs its score.

    Raises RecruitingError for a profile without evidence.
    """
    if "more" not in profile.kept:
        profile.kept["more"] = Selector(profile.observed)
    selector: Selector = profile.kept["more"]
    return selector.weights(ballot)


class Selector:
    """Forests grown on the validation responses, one for each number of seats.

    Seats are those of teams drawn at random: each question's experts are divided into teams of
    that size, so that what counts as agreement is the same there and in a run.
    """

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._forests: dict[int, Any] = {}

    def weights(self, ballot: Ballot) -> list[float]:
        """Each seat's weight: 0 for all but one; all 0 where none states an answer."""
        columns = [self._evidence.place[seat] for seat in ballot.seats]
        stating = [seat for seat, answer in enumerate(ballot.stated) if answer is not None]
        found = [0.0] * len(columns)
        if stating:
            rows = self._features(ballot.question, columns, ballot.stated)
            scores = self._scores(rows[stating], len(columns))
            best = int(np.round(scores, 9).argmax())
            found[stating[best]] = max(float(scores[best]), 1e-9)
        return found

    def _scores(self, rows: Floats, size: int) -> Floats:
        """How likely each of these answers is right (rows), given teams of `size`."""
        if size not in self._forests:
            self._forests[size] = self._grown(size)
        forest = self._forests[size]
        if forest is None:
            return rows[:, 0]  # nothing to learn from: by agreement alone
        return np.asarray(forest.predict_proba(rows)[:, list(forest.classes_).index(1)])

    def _grown(self, size: int) -> Any:
        evidence = self._evidence
        rng = np.random.default_rng(0)
        rows, right = [], []
        for place, question in enumerate(evidence.questions):
            for team in _teams(len(evidence.experts), size, rng):
                answers = [evidence.stated[place][column] for column in team]
                features = self._features(question, team, answers)
                outcomes = evidence.right[place, team]
                for row, answer, outcome in zip(features, answers, outcomes, strict=True):
                    if answer is not None and not np.isnan(outcome):
                        rows.append(row)
                        right.append(int(outcome >= 0.5))
        if len(set(right)) < 2:
            return None
        from sklearn.ensemble import RandomForestClassifier  # takes a second to import

        return RandomForestClassifier(TREES, random_state=0).fit(np.array(rows), right)

    def _features(self, question: Question, team: Sequence[int], answers: Answers) -> Floats:
        """One row per seat; how many state the same comes first."""
        experts = len(self._evidence.experts)
        said = [None if answer is None else canonical(answer) for answer in answers]
        words = question.text.lower().split()
        of_question = [
            *(float(form in words) for form in _FORMS),
            float(len(words)),
            float(len(_NUMBER.findall(question.text))),
            float(len(question.options)),
        ]
        rows = np.zeros((len(team), 3 + len(of_question) + 2 * experts))
        for seat, (column, own) in enumerate(zip(team, said, strict=True)):
            expert, with_others = np.zeros(experts), np.full(experts, ABSENT)
            expert[column] = 1.0
            for other, theirs in zip(team, said, strict=True):
                with_others[other] = float(own is not None and theirs == own)
            text = own or ""
            own_part = [float(said.count(own)), float(len(text)), float(len(_NUMBER.findall(text)))]
            rows[seat] = [*own_part, *of_question, *expert, *with_others]
        return rows


def _teams(experts: int, size: int, rng: np.random.Generator) -> list[list[int]]:
    """All experts in teams of `size`; the last is filled up with others; all where size is more."""
    order = rng.permutation(experts).tolist()
    if size >= experts:
        return [order]
    around = order + order
    return [around[start : start + size] for start in range(0, experts, size)]
