"""What each skill of a question changed: recruiting again as if it had not been found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from moe_core.recruiters import Recruiter, recruit_all
from moe_core.recruitment import Asked, Recruitment
from webapp.execution.known import vectors_for
from webapp.execution.plans import profile_behind
from webapp.experts.models import Expert
from webapp.experts.short_names import short
from webapp.pages.answer.waterfalls import skill_names
from webapp.runs.models import Answer

SAME = 0.05  # percentage points that are shown as nothing


@dataclass(frozen=True)
class Effect:
    """What recruiting says of one expert, in %, and how that differs from what it was."""

    value: float
    change: float
    seat: int | None


@dataclass(frozen=True)
class Without:
    """Recruiting as it would have been, had one skill of a question not been found."""

    skill: str
    told: str


@dataclass(frozen=True)
class Effects:
    """What each skill of a question changed: a column for each, with a row for each expert."""

    title: str  # of the shares
    columns: Sequence[Without]
    rows: Sequence[tuple[Expert, Effect, Sequence[Effect]]]


def effects(answer: Answer) -> Effects | None:
    """Recruits again without each skill in turn; None where no recruiter reads the skills.

    Raises LookupError where the profile's evidence cannot be read any more.
    """
    by = answer.run.recruited_by
    if by is None or not by.reads_skills or not answer.skills:
        return None
    run = answer.run
    profile = profile_behind(run.pk, with_evidence=by.reads_evidence)
    skills = [profiled for _, profiled, _ in answer.skills]
    left = [skills, *([*skills[:n], *skills[n + 1 :]] for n in range(len(skills)))]
    vector = vectors_for(run, [answer.question])[answer.question_id] if by.reads_evidence else None
    question = answer.question
    asked = [Asked(some, vector, len(question.options), question.category) for some in left]
    seed = f"{run.seed}/{answer.question.key}"
    found = recruit_all(by.name, profile, asked, run.k, [seed] * len(asked))
    experts = Expert.objects.in_bulk([int(key) for key in profile.cells])
    names = {key: experts[int(key)] for key in profile.cells}
    columns = [
        Without(skill, _told(by, names, found[0], other))
        for skill, other in zip(skill_names(answer), found[1:], strict=True)
    ]
    rows = [
        (
            names[key],
            _effect(found[0], found[0], key, by),
            [_effect(f, found[0], key, by) for f in found[1:]],
        )
        for key in sorted(names, key=lambda key: (*_rank(found[0], key, by), names[key].name))
    ]
    return Effects(f"{by.score or by.probability}, %", columns, rows)


def _rank(found: Recruitment, key: str, by: Recruiter) -> tuple[int, float]:
    seat = _effect(found, found, key, by).seat
    return (seat or len(found.seats) + 1, -_value(found, key))


def _effect(found: Recruitment, before: Recruitment, key: str, by: Recruiter) -> Effect:
    value = _value(found, key)
    # Which seats a draw gives is chance: what a skill changes is how probable they are.
    seat = found.seats.index(key) + 1 if not by.draws and key in found.seats else None
    return Effect(value, value - _value(before, key), seat)


def _value(found: Recruitment, key: str) -> float:
    return 100 * (sum(found.scores[key].values()) if found.scores else found.probabilities[key])


def _told(
    by: Recruiter, names: Mapping[str, Expert], before: Recruitment, after: Recruitment
) -> str:
    """In words, what leaving a skill out comes to."""
    if after.uniform and not before.uniform:
        return "no skill is left that tells the experts apart"
    if by.draws:
        moved = max(names, key=lambda key: round(abs(_value(after, key) - _value(before, key)), 6))
        old, new = _value(before, moved), _value(after, moved)
        if abs(new - old) < SAME:
            return "the same probabilities"
        return f"{short(names[moved])} from {old:.1f} to {new:.1f} %, the largest change"
    gone = [key for key in dict.fromkeys(before.seats) if key not in after.seats]
    come = [key for key in dict.fromkeys(after.seats) if key not in before.seats]
    if not gone and not come:
        return "the same experts"
    return f"{_listed(names, come)} in place of {_listed(names, gone)}"


def _listed(names: Mapping[str, Expert], keys: Sequence[str]) -> str:
    return " and ".join(short(names[key]) for key in keys) or "nobody"
