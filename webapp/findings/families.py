"""A profile's families of skills, and who is best at what: counted by a worker, and kept.

A family is a domain of the profile's questions (moe_core.domains): a category where categories
divide them, else a cluster of their embeddings. Its cell pools its questions, each once, so that
evidence is not cut into as many slivers as there are skills. Who leads, and who cannot be told from
the leader, is moe_core.leaders'.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np

from moe_core.domains import Domains, are_domains, domains_of
from moe_core.evidence import Floats
from moe_core.leaders import lead
from webapp.execution.vectors import are_embedded, vectors_of
from webapp.findings import asking
from webapp.findings.asking import Detailed, NothingToFind
from webapp.runs.lookups import maker_of
from webapp.runs.models import Answer, Finding, Profile, Run
from webapp.runs.sql import fetched

AT_ONCE = 2000  # questions
_VERDICTS = """
    SELECT answer_id, expert_id, verdict = %(verdict_correct)s FROM runs_generation
    WHERE answer_id = ANY(%(answers)s) AND purpose = %(purpose_profile)s
      AND status = %(status_done)s AND verdict NOT IN ('', %(verdict_ungraded)s)
"""


class Lead(TypedDict):
    """Who is best on some questions: experts by their keys."""

    questions: int
    leaders: list[int]
    tied: list[int]  # not told from every leader


class Group(Lead):
    """A family, or everything."""

    name: str
    cells: dict[str, list[int]]  # expert's key → right and answered


class Skill(Lead):
    family: str  # blank where it has none


class Found(TypedDict):
    grouped: bool  # False: no categories divide the questions, and they are not embedded yet
    labelled: bool  # families are categories
    families: list[Group]  # the largest first; none where one would have all questions
    whole: Group
    skills: dict[str, Skill]


def ask(profile: Profile) -> Finding | None:
    """What was found of a profile; None for one that is not ready, or whose run is not there."""
    maker = maker_of(profile) if profile.ready else None
    if maker is None:
        return None
    assert maker.pool is not None and maker.question_set is not None
    is_embedded = are_embedded(maker.question_set, maker.pool.embedder)
    return asking.ask(
        Finding.Name.FAMILIES, profile, {"seq": maker.event_seq, "embedded": is_embedded}
    )


def find(profile: Profile) -> Detailed:
    """What was found, and the answers of each family by its name."""
    maker = maker_of(profile)
    if maker is None:
        raise NothingToFind("The run that made the profile is not there any more.")
    return Detailed(*found_in(maker))


@dataclass(frozen=True)
class _Observed:
    """What a profile's run saw: `right` (n, e) as moe_core.leaders takes it."""

    answers: Sequence[int]
    categories: Sequence[str]
    skills: Sequence[Sequence[str]]
    experts: Sequence[int]
    right: Floats


def found_in(run: Run) -> tuple[Found, dict[str, list[int]]]:
    """Of the run that made a profile; with the answers of each family."""
    seen = _observed(run)
    domains = _domains(run, seen)
    rows = defaultdict(list)
    for row, place in enumerate(domains.of if domains else ()):
        if place is not None:
            rows[place].append(row)
    names = domains.names if domains and len(domains.names) > 1 else ()
    families = domains.families if domains and names else {}
    found = Found(
        grouped=domains is not None,
        labelled=domains is not None and domains.labelled,
        families=[_group(name, seen, rows[place]) for place, name in enumerate(names)],
        whole=_group("", seen, range(len(seen.answers))),
        skills=_skills(seen, families),
    )
    return found, {
        name: [seen.answers[row] for row in rows[place]] for place, name in enumerate(names)
    }


def _observed(run: Run) -> _Observed:
    assert run.pool is not None
    told = list(
        Answer.objects.filter(run=run)
        .order_by("pk")
        .values_list("pk", "question__category", "skills")
    )
    answers = [pk for pk, _, _ in told]
    experts = list(run.pool.experts.order_by("pk").values_list("pk", flat=True))
    columns = {expert: column for column, expert in enumerate(experts)}
    right = np.full((len(answers), len(experts)), np.nan)
    for start in range(0, len(answers), AT_ONCE):
        some = answers[start : start + AT_ONCE]
        rows = {answer: row for row, answer in enumerate(some, start=start)}
        for answer, expert, is_right in fetched(_VERDICTS, answers=some):
            if expert in columns:
                right[rows[answer], columns[expert]] = is_right
    skills = [[profiled for _, profiled, _ in of_question] for _, _, of_question in told]
    return _Observed(answers, [category for _, category, _ in told], skills, experts, right)


def _domains(run: Run, seen: _Observed) -> Domains | None:
    """None where no categories divide the questions, and they are not all embedded yet."""
    assert run.pool is not None and run.question_set is not None
    if are_domains(seen.categories):
        return domains_of(seen.categories, np.empty((0, 0), np.float32), seen.skills)
    questions = Answer.objects.filter(run=run).order_by("pk").values_list("question", flat=True)
    vectors = vectors_of(run.question_set.questions.all(), run.pool.embedder)
    if not all(question in vectors for question in questions):
        return None
    told = np.stack([vectors[question] for question in questions])
    return domains_of(seen.categories, told, seen.skills)


def _group(name: str, seen: _Observed, rows: Sequence[int]) -> Group:
    right = seen.right[list(rows)]
    cells = {
        str(expert): [int(np.nansum(column)), int((~np.isnan(column)).sum())]
        for expert, column in zip(seen.experts, right.T, strict=True)
    }
    return Group(name=name, cells=cells, **_lead(seen, rows))


def _skills(seen: _Observed, families: Mapping[str, str]) -> dict[str, Skill]:
    rows = defaultdict(list)
    for row, skills in enumerate(seen.skills):
        for skill in set(skills):
            rows[skill].append(row)
    found = {}
    for skill, of_skill in rows.items():
        found[skill] = Skill(family=families.get(skill, ""), **_lead(seen, of_skill))
    return found


def _lead(seen: _Observed, rows: Iterable[int]) -> Lead:
    of = list(rows)
    told = lead(seen.right[of])
    return Lead(
        questions=len(of),
        leaders=[seen.experts[column] for column in told.leaders],
        tied=[seen.experts[column] for column in told.tied],
    )
