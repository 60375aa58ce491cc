"""What skills a profile's questions have, and what people should know before they rely on it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from moe_core.skill_names import is_skill
from moe_core.skills import WEAK
from webapp.db.rows import fetched
from webapp.runs.kept import kept, kept_each
from webapp.runs.models import Profile, Run

THIN = 5  # questions; a share of fewer says little
LOOKED_AT = 1000  # questions of a run that answers, the first ones
KEPT_SECONDS = 3600  # without an event in the run
SHOWN = 20  # names that look like no skill

_QUESTIONS = """
    SELECT run_id, count(*), count(*) FILTER (WHERE skills <> '[]')
    FROM runs_answer WHERE run_id = ANY(%s) AND asked AND stage IS NULL GROUP BY 1
"""
# Per name that skills count under: questions, other names, and whether it is the answer, or an
# option, of a question that it was named for.
_SKILLS = """
    SELECT a.run_id, named ->> 1, count(*), array_agg(DISTINCT named ->> 0),
           bool_or(named ->> 0 = lower(CASE WHEN q.gold_version <= r.gold_version THEN q.gold
                   ELSE (SELECT c.old_gold FROM questions_goldcorrection c
                         JOIN questions_goldversion v ON v.id = c.version_id
                         WHERE c.question_id = q.id AND v.number > r.gold_version
                         ORDER BY v.number LIMIT 1) END)
                   OR EXISTS (SELECT FROM jsonb_array_elements_text(q.options) AS option
                              WHERE lower(btrim(option)) = named ->> 0))
    FROM runs_answer a JOIN runs_run r ON r.id = a.run_id
    JOIN questions_question q ON q.id = a.question_id
    CROSS JOIN LATERAL jsonb_array_elements(a.skills) AS named
    WHERE a.run_id = ANY(%s) AND a.asked AND a.stage IS NULL
    GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2
"""
_WEAK = """
    SELECT count(*), count(*) FILTER (WHERE EXISTS (
        SELECT FROM jsonb_array_elements(skills) AS named WHERE (named ->> 2)::float < %s))
    FROM (SELECT skills FROM runs_answer WHERE run_id = %s ORDER BY id LIMIT %s) AS first
    WHERE skills <> '[]'
"""


class Skill(NamedTuple):
    """One that skills of a profile's questions count under."""

    name: str
    questions: int
    names: Sequence[str]  # by which it was named
    is_answer: bool  # or an option, of one of its questions


@dataclass(frozen=True)
class FoundSkills:
    """Of a profile's questions, as far as its run has read them."""

    questions: int
    with_skill: int
    skills: int
    thin: int  # skills of fewer than THIN questions
    merged: int  # names that count under another
    doubtful: Sequence[str]  # that look like no skill, or like an answer
    has_annotator: bool

    @property
    def is_poor(self) -> bool:
        """Whether fewer than half of the questions have a skill."""
        return 2 * self.with_skill < self.questions

    @property
    def words(self) -> str:
        return (
            f"{self.with_skill:,} of {self.questions:,} questions have a skill. Skills:"
            f" {self.skills:,}, {self.thin:,} of them with fewer than {THIN} questions."
        )

    @property
    def warning(self) -> str:
        """What is wrong and what to do; blank where nothing is."""
        if not self.is_poor:
            return ""
        return (
            f"Only {self.with_skill:,} of {self.questions:,} validation questions have a skill, so"
            f" this profile can hardly tell experts apart by skill. {self._instead}"
        )

    @property
    def _instead(self) -> str:
        if not self.has_annotator:
            return "Profile the pool on a larger validation set."
        return (
            "Make a pool with another annotator, or without one (then the embedder finds the"
            " skills), and build its profile."
        )


def found_skills(profile: Profile) -> FoundSkills | None:
    """None where no run has read any of the profile's questions."""
    return found_skills_of([profile]).get(profile.pk)


def found_skills_of(profiles: Collection[Profile]) -> dict[int, FoundSkills]:
    """By profile; without those of which no question has been read."""
    runs = Run.objects.filter(kind=Run.Kind.PROFILE, profile__in=profiles).select_related("pool")
    makers = {run.profile_id: run for run in runs}
    names = dict.fromkeys(makers.values(), "found skills")
    counted = kept_each(names, count=_counted, seconds=KEPT_SECONDS)
    found = {profile: counted[run.pk] for profile, run in makers.items() if profile}
    return {profile: of for profile, of in found.items() if of.questions}


def _counted(runs: Sequence[Run]) -> dict[int, FoundSkills]:
    keys = [run.pk for run in runs]
    if not keys:
        return {}
    read = {run: (n, with_skill) for run, n, with_skill in fetched(_QUESTIONS, [keys])}
    skills: dict[int, list[Skill]] = defaultdict(list)
    for run, *skill in fetched(_SKILLS, [keys]):
        skills[run].append(Skill(*skill))
    return {run.pk: _found(run, *read.get(run.pk, (0, 0)), skills[run.pk]) for run in runs}


def _found(run: Run, questions: int, with_skill: int, skills: Sequence[Skill]) -> FoundSkills:
    return FoundSkills(
        questions=questions,
        with_skill=with_skill,
        skills=len(skills),
        thin=sum(skill.questions < THIN for skill in skills),
        merged=sum(len(skill.names) for skill in skills) - len(skills),
        doubtful=[skill.name for skill in skills if skill.is_answer or not is_skill(skill.name)],
        has_annotator=run.pool is not None and run.pool.annotator_id is not None,
    )


def skill_cautions(profile: Profile | None) -> list[str]:
    """What whoever rests something on a profile should know of its skills."""
    found = found_skills(profile) if profile is not None else None
    return [found.warning] if found and found.warning else []


def run_cautions(run: Run) -> list[str]:
    """What people should know of a run that answers, from the skills of its questions."""
    if run.kind != Run.Kind.ANSWER or not run.reads_skills:
        return []
    unmatched = unmatched_cautions(run.unmatched, run.finished)
    return [*skill_cautions(run.profile), *unmatched, *_weak(run)]


def unmatched_cautions(unmatched: int, questions: int) -> list[str]:
    """None while no more than half of the questions are unmatched."""
    if 2 * unmatched <= questions:
        return []
    return [
        f"{unmatched:,} of {questions:,} questions are unmatched: no skill of the profile tells the"
        " experts apart for them. Another annotator, or a pool without one, may name skills that"
        " the profile has."
    ]


def weak_cautions(weak: int, questions: str) -> list[str]:
    """Of `weak` of some `questions` a match counts that tells little."""
    if not weak:
        return []
    return [
        f"{weak:,} of {questions} rest on a weak match: the profiled skill nearest to one of theirs"
        f" has a cosine under {WEAK} to it, and is mostly of another field. The paper's recruiters"
        " count such matches in full; recruiting by forecast leaves them out."
    ]


def _weak(run: Run) -> list[str]:
    seen, weak = kept("weak matches", run, count=lambda: _of_the_first(run))
    first = "the first " if run.questions > LOOKED_AT else ""
    return weak_cautions(weak, f"{first}{seen:,} questions with a skill")


def _of_the_first(run: Run) -> tuple[int, int]:
    ((seen, weak),) = fetched(_WEAK, [WEAK, run.pk, LOOKED_AT])
    return seen, weak
