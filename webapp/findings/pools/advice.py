"""Whom a pool needs, could do without and should take up, found on the questions of a profile
(moe_core.advice); kept until a profile on the same set moves."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from typing import Any, TypedDict

import numpy as np
from django.db.models.functions import Coalesce

from moe_core.advice import FOLDS, SEATS, Choice, advise
from moe_core.contributions import Bools
from moe_core.evidence import Evidence
from moe_core.paired import Paired, Pairs, compare
from moe_core.profiles import PART
from moe_core.values import Purpose, Verdict
from webapp.execution.profiles.evidence import evidence_of
from webapp.execution.vectors import are_embedded, embed_some
from webapp.experts.models import Expert
from webapp.findings import asking
from webapp.findings.pools.means import Means, means_of
from webapp.runs.lookups import maker_of, ready_profiles
from webapp.runs.models import Finding, Generation, Profile, ProfileTotal, Run

FORM = 3  # of what is kept
ROUNDING = 0.005  # of a budget that somebody has read off the page, and typed
MOST_OTHERS = 16  # experts that could be added, the strongest


class Judged(TypedDict):
    """A subset of the pool against all of it. `pairs`: right in both, in the pool alone, in the
    subset alone, in neither. `hours`: of the GPU for 1,000 questions; None: not known."""

    experts: list[int]
    pairs: list[int]
    loads: int
    hours: float | None
    bytes: int | None  # of the largest weights


class Within(TypedDict):
    limit: str  # in words
    best: Judged | None  # None: it allows nobody


class Step(TypedDict):
    """From this budget on, `best` is the best, up to the next step's."""

    budget: float
    best: Judged


class Other(TypedDict):
    """The pool without one of its experts, or with another one, against the pool as it is."""

    expert: int
    pairs: list[int]


class Found(TypedDict):
    questions: int
    sizes: list[Judged]  # from one expert on; the last is the whole pool
    limits: list[Within]
    budgets: dict[str, list[Step]]  # of each cost of Means.costs, the smallest first
    without: list[Other]
    added: list[Other]


def ask(profile: Profile) -> Finding:
    """What was found of a ready profile."""
    return asking.ask(Finding.Name.ADVICE, profile, _basis(profile))


def _basis(profile: Profile) -> dict[str, Any]:
    others = _others(profile)
    makers = Run.objects.filter(kind=Run.Kind.PROFILE, profile__in=[profile, *others.values()])
    seqs = dict(makers.values_list("profile", "event_seq"))
    return {
        "form": FORM,
        "experts": sorted(profile.pool.experts.values_list("pk", flat=True)),
        "seq": seqs.get(profile.pk, 0),
        "others": [[pk, of.pk, seqs.get(of.pk, 0)] for pk, of in others.items()],
    }


def _others(profile: Profile) -> dict[int, Profile]:
    """Experts that are not in the pool and were profiled on the same set, the strongest first, with
    the newest such profile of each; without those that were asked only a part of what the pool was:
    everybody is judged by the questions that all were asked."""
    rows = ready_profiles(profile.team).filter(question_set=profile.question_set)
    inside = profile.pool.experts.values_list("pk", flat=True)
    found: dict[int, tuple[float, Profile]] = {}
    totals = ProfileTotal.objects.filter(profile__in=rows).exclude(expert__in=list(inside))
    by_profile = {row.pk: row for row in rows}
    asked = max((total.right + total.wrong for total in profile.totals.all()), default=0)
    for total in totals.order_by("-profile__created"):
        if total.right + total.wrong < PART * asked:
            continue
        share = total.right / max(total.right + total.wrong, 1)
        found.setdefault(total.expert_id, (share, by_profile[total.profile_id]))
    ordered = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))
    return {pk: of for pk, (_, of) in ordered[:MOST_OTHERS]}


def find(profile: Profile) -> Found | int:
    """Or, while vectors are missing, how many questions were embedded now."""
    questions, embedder = profile.question_set, profile.pool.embedder
    if not are_embedded(questions, embedder):
        return embed_some(questions, embedder)
    pool = list(profile.pool.experts.order_by("pk"))
    others = _others(profile)
    added = list(Expert.objects.filter(pk__in=others))
    evidence = _evidence(profile, pool, [(expert, others[expert.pk]) for expert in added])
    judged = len(evidence.graded().asked_of_all)
    if judged < FOLDS:
        return Found(questions=judged, sizes=[], limits=[], budgets={}, without=[], added=[])
    means = means_of(pool)
    found = advise(evidence, len(pool), means.limits(SEATS), means.costs())
    whole = found.whole.right
    told = _Telling(pool, whole, means)
    return Found(
        questions=len(whole),
        sizes=[told.judged(choice) for choice in found.sizes],
        limits=[
            Within(limit=name, best=told.judged(choice) if choice else None)
            for name, choice in found.limits.items()
        ],
        budgets={
            name: [Step(budget=step.budget, best=told.judged(step.choice)) for step in steps]
            for name, steps in found.budgets.items()
        },
        without=[
            Other(expert=pool[column].pk, pairs=told.pairs(right))
            for column, right in found.without.items()
        ],
        added=[
            Other(expert=added[column - len(pool)].pk, pairs=told.pairs(right))
            for column, right in found.added.items()
        ],
    )


class _Telling:
    """Puts what was found into rows."""

    def __init__(self, pool: Sequence[Expert], whole: Bools, means: Means) -> None:
        self._pool, self._whole, self._means = pool, whole, means

    def judged(self, choice: Choice) -> Judged:
        hours = self._means.hours(choice.subset, choice.seats)
        return Judged(
            experts=[self._pool[column].pk for column in choice.subset],
            pairs=self.pairs(choice.right),
            loads=len(choice.subset),
            hours=None if hours is None else round(hours, 4),
            bytes=self._means.largest(choice.subset),
        )

    def pairs(self, right: Bools) -> list[int]:
        return list(astuple(Pairs.of(self._whole, right)))


def _evidence(
    profile: Profile, pool: Sequence[Expert], others: Sequence[tuple[Expert, Profile]]
) -> Evidence:
    """The profile's, with a column for each of the others from its own profile."""
    evidence = evidence_of(profile, pool)
    maker = maker_of(profile)
    assert maker is not None
    asked = list(maker.answers.order_by("pk").values_list("question_id", flat=True))
    places = {question: place for place, question in enumerate(asked)}
    right = np.full((len(asked), len(others)), np.nan)
    stated = [list(row) + [None] * len(others) for row in evidence.stated]
    for column, (expert, of) in enumerate(others):
        for question, verdict, said in _responses(expert, of):
            if question in places and verdict != Verdict.UNGRADED.value:
                place = places[question]
                right[place, column] = verdict == Verdict.CORRECT.value
                stated[place][len(pool) + column] = said
    ungraded = np.isnan(evidence.right).all(axis=1)
    right[ungraded] = np.nan
    return replace(
        evidence,
        experts=(*evidence.experts, *(str(expert.pk) for expert, _ in others)),
        stated=stated,
        right=np.column_stack([evidence.right, right]),
        doubts=np.pad(evidence.doubts, ((0, 0), (0, len(others)))),
    )


def _responses(expert: Expert, profile: Profile) -> list[tuple[int, str, str | None]]:
    rows = Generation.objects.filter(
        run=maker_of(profile),
        purpose=Purpose.PROFILE,
        status=Generation.Status.DONE,
        expert=expert,
    )
    counted = Coalesce("same_as", "stated")
    return list(rows.values_list("answer__question_id", "verdict", counted))


def against_all(pairs: Sequence[int]) -> Paired:
    """What `pairs` tell: a subset, or another pool, against the pool as it is."""
    return compare(Pairs(*pairs))


def within(finding: Finding, cost: str, budget: float) -> Judged | None:
    """The best subset for a budget of loads, hours or memory; None where it allows nobody, or the
    cost is not known of these experts."""
    steps: list[Step] = finding.found.get("budgets", {}).get(cost, [])
    allowed = [step["best"] for step in steps if step["budget"] <= budget * (1 + ROUNDING)]
    return allowed[-1] if allowed else None


def experts_in(finding: Finding) -> Mapping[int, Expert]:
    """All that a finding names, by key; those that are gone are not among them."""
    found = finding.found
    keys = {other["expert"] for name in ("without", "added") for other in found.get(name, [])}
    keys |= {pk for judged in found.get("sizes", []) for pk in judged["experts"]}
    return Expert.objects.in_bulk(keys)
