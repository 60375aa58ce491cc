"""A run that is done, as large as one likes, written straight into Postgres by COPY.

Made as files of questions are: category after category, so that what one category asks for stands
together; skills from very frequent to very rare; words likewise.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from webapp.accounts.models import Team
from webapp.db.bulk import copy_rows
from webapp.experts.models import Expert, Pool
from webapp.questions.models import Question, QuestionSet
from webapp.reviews.models import Review
from webapp.runs.models import Answer, Event, Generation, Progress, Run
from webapp.runs.outcomes import Outcome

CATEGORIES = 14
EXPERTS = 8
SEATS = 3
SKILLS = 2_000
WORDS = 20_000
SENTENCES = 50_000
EVERYWHERE = "therefore"  # in every response
SELDOM = 25_000  # one response in so many has a word of `RARE`
RARE = [f"xylophone{n}" for n in range(15)]
DISPUTES, REVIEWS = 200, 2_000

# Outcome → its verdict and its share, in percent.
SHARES: dict[Outcome, tuple[str, int]] = {
    Outcome.AGREED: ("correct", 60),
    Outcome.SAVED: ("correct", 4),
    Outcome.NONE_RIGHT: ("incorrect", 21),
    Outcome.OUTVOTED: ("incorrect", 11),
    Outcome.BROKEN: ("incorrect", 2),
    Outcome.NO_ANSWER: ("no answer", 2),
}


def make_team() -> tuple[Team, Any, Pool]:
    """A team with a person and a pool."""
    team = Team.objects.create(name="Bench")
    person = get_user_model().objects.create_user("bench", team=team)
    experts = [
        Expert.objects.create(name=f"expert-{n}", source=f"nowhere/expert-{n}")
        for n in range(EXPERTS)
    ]
    pool = Pool.objects.create(team=team, name="Bench")
    pool.experts.set(experts)
    return team, person, pool


def make_set(team: Team, size: int, name: str = "") -> QuestionSet:
    questions = QuestionSet.objects.create(
        team=team, name=name or f"{size:,} questions", kind="test", size=size
    )
    copy_rows(Question, *_questions(questions, size))
    return questions


def make_run(team: Team, person: Any, pool: Pool, questions: QuestionSet, seed: int = 0) -> Run:
    """A run of all questions with `SEATS` responses each, some of them reviewed."""
    size = questions.size
    rng = random.Random(size + seed)
    keys = list(questions.questions.order_by("row").values_list("pk", flat=True))
    now = timezone.now()
    run = Run.objects.create(
        team=team, pool=pool, question_set=questions, method="skill-moe", recruiter="paper",
        status=Run.Status.DONE, ended=now, questions=size, finished=size, graded=size, event_seq=1,
    )  # fmt: skip
    Event.objects.create(run=run, seq=1, kind="done")
    drawn = rng.choices(list(SHARES), [share for _, share in SHARES.values()], k=size)
    copy_rows(Answer, *_answers(run, keys, drawn, rng))
    first = run.answers.order_by("pk").values_list("pk", flat=True)[0]
    experts = list(pool.experts.order_by("pk"))
    _copy_responses(run, experts, first, drawn, rng)
    Progress.objects.bulk_create(
        Progress(run=run, purpose="respond", expert=expert, asked=1, done=1) for expert in experts
    )
    _review(run, person, first, size, rng)
    run.correct = run.answers.filter(verdict="correct").count()
    run.unmatched = run.answers.filter(uniform=True).count()
    run.save()
    return run


Rows = tuple[list[str], Iterator[list[Any]]]


def _category(place: int, size: int) -> int:
    return place * CATEGORIES // size


def _questions(questions: QuestionSet, size: int) -> Rows:
    text = "How many of the numbers that are named here are the sum of two of the others? " * 3
    columns = ["question_set", "row", "key", "text", "options", "gold", "alternatives",
               "category", "messages"]  # fmt: skip
    rows: Iterator[list[Any]] = (
        [questions.pk, n + 1, str(n), f"{n}: {text}", list("1234"), "A", [],
         f"category {_category(n, size):02}", []]
        for n in range(size)
    )  # fmt: skip
    return columns, rows


def _answers(run: Run, questions: list[int], drawn: list[Outcome], rng: random.Random) -> Rows:
    columns = ["run", "question", "category", "asked", "pending", "skills", "probabilities",
               "uniform", "contributions", "text", "verdict", "outcome", "comparison",
               "stances"]  # fmt: skip
    size = len(questions)

    def skills(place: int) -> list[list[Any]]:
        """Three of a category's own, the low numbers far more often than the high ones."""
        first = _category(place, size) * SKILLS // CATEGORIES
        drawn = (first + int(rng.random() ** 4 * SKILLS / CATEGORIES) for _ in range(3))
        return [[f"skill {n}", f"skill {n}", 0.9] for n in drawn]

    rows: Iterator[list[Any]] = (
        [run.pk, question, f"category {_category(place, size):02}", True, 0, skills(place), {},
         rng.random() < 0.001, {}, "A", SHARES[outcome][0], outcome.value, "",
         1 if outcome == Outcome.AGREED else 2]
        for place, (question, outcome) in enumerate(zip(questions, drawn, strict=True))
    )  # fmt: skip
    return columns, rows


def _copy_responses(
    run: Run, experts: list[Expert], first: int, drawn: list[Outcome], rng: random.Random
) -> None:
    columns = ["run", "answer", "expert", "engine_key", "purpose", "stage", "round", "number",
               "prompt", "temperature", "max_tokens", "seed", "created", "status", "attempts",
               "finished", "output", "prompt_tokens", "tokens", "finish_reason", "problem",
               "stated", "verdict"]  # fmt: skip
    now = timezone.now()
    sentences = _sentences(rng)

    def rows() -> Iterator[list[Any]]:
        for place, outcome in enumerate(drawn):
            rights = 2 if outcome == Outcome.AGREED else int(outcome != Outcome.NONE_RIGHT)
            for seat, expert in enumerate(rng.sample(experts, SEATS)):
                right = seat < rights
                seldom = f" {rng.choice(RARE)}" if not rng.randrange(SELDOM) else ""
                output = (
                    f"{rng.choice(sentences)} {rng.choice(sentences)}{seldom} {EVERYWHERE}"
                    f" {'A' if right else 'B'}."
                )
                yield [run.pk, first + place, expert.pk, expert.engine_key, "respond", 1, 0, seat,
                       "A prompt.", 0.7, 512, seat, now, "done", 1, now, output, 50, 60, "stop", "",
                       "A" if right else "B", "correct" if right else "incorrect"]  # fmt: skip

    with _without_words():
        copy_rows(Generation, columns, rows())


@contextmanager
def _without_words() -> Iterator[None]:
    """The words are indexed afterwards, all at once, which takes a fraction of the time."""
    (words,) = (index for index in Generation._meta.indexes if index.name == "generation_words")
    with connection.schema_editor() as editor:
        editor.remove_index(Generation, words)
    yield
    with connection.schema_editor() as editor:
        editor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        editor.add_index(Generation, words)


def _sentences(rng: random.Random) -> list[str]:
    """Of about 70 characters. A word with the number n is in two of about n responses."""
    return [
        " ".join(f"word{int(WORDS ** rng.random())}" for _ in range(10)) for _ in range(SENTENCES)
    ]


def _review(run: Run, person: Any, first: int, size: int, rng: random.Random) -> None:
    reviewed = rng.sample(range(size), min(REVIEWS, size // 5))
    Review.objects.bulk_create(
        Review(
            run=run,
            answer_id=first + place,
            person=person,
            verdicts=["disputed" if n < DISPUTES else "right"],
            disputes=n < DISPUTES,
        )
        for n, place in enumerate(reviewed)
    )


def settle() -> None:
    """What autovacuum does within minutes of such a run."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
