"""What runs have made of a question set: who used it, and the skills that were seen in it."""

from dataclasses import dataclass

from django.db.models import QuerySet

from webapp.accounts.models import Team
from webapp.db.rows import fetched
from webapp.questions.models import Question, QuestionSet
from webapp.runs.kept import kept
from webapp.runs.models import Answer, Profile, Run
from webapp.things.models import there_by

RECENT = 10  # runs, and profiles
LOOKED_AT = 5  # runs in which skills are looked for
SKILLS = 40  # the commonest
ANSWERS = 20  # of one question
# The commonest skills that a run inferred.
_SKILLS = """
    SELECT skill->>0, count(*) FROM runs_answer, jsonb_array_elements(skills) skill
    WHERE run_id = %s GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s
"""


@dataclass(frozen=True)
class Seen:
    """The skills that a run inferred for its questions, with how many questions need each."""

    run: Run
    skills: list[tuple[str, int]]


def runs_on(team: Team, question_set: QuestionSet) -> list[Run]:
    runs = Run.objects.filter(team=team, question_set=question_set, archived=None)
    found = runs.select_related("expert", "pool", "question_set")
    return list(found.order_by("-pk")[:RECENT])


def profiles_on(team: Team, question_set: QuestionSet) -> list[Profile]:
    profiles = Profile.objects.filter(team=team, question_set=question_set, archived=None)
    found = profiles.select_related("pool", "question_set")
    return list(found.order_by("-pk")[:RECENT])


def skills_seen(team: Team, question_set: QuestionSet) -> Seen | None:
    """Of the newest run on the set that has inferred any."""
    kinds = (Run.Kind.ANSWER, Run.Kind.PROFILE)
    runs = Run.objects.filter(team=team, question_set=question_set, kind__in=kinds)
    for run in runs.select_related("pool", "question_set").order_by("-pk")[:LOOKED_AT]:
        if run.reads_skills and (skills := _skills(run)):
            return Seen(run, skills)
    return None


def _skills(run: Run) -> list[tuple[str, int]]:
    return kept("skills seen", run, count=lambda: _counted(run))


def _counted(run: Run) -> list[tuple[str, int]]:
    return [(skill, n) for skill, n in fetched(_SKILLS, [run.pk, SKILLS])]


def answers_to(team: Team, question: Question) -> QuerySet[Answer]:
    """What the team's runs answered to one question, the newest first."""
    answers = Answer.objects.filter(there_by("run"), question=question, run__team=team)
    found = answers.select_related("run__pool", "run__question_set")
    return found.defer("probabilities", "contributions").order_by("-pk")[:ANSWERS]
