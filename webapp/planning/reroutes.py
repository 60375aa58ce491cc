"""What another version of a profile would change for runs: other seats, and other answers.

Seats are drawn as runs draw them: same plan, seed and keys. What would then be answered is told of
responses that exist already, by the run's own vote, and only where every response is there that the
changed seats need: without them nobody can tell, and what is told of the rest would be biased.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import TypedDict

from django.db.models import Case, When

from moe_core import paired, pipeline
from moe_core.aggregation import WEIGHTED
from moe_core.camps import camps, spelling_tells
from moe_core.grading import grade
from moe_core.pipeline import Plan
from moe_core.values import Purpose, Stage, Verdict
from webapp.execution.plans import plan_for
from webapp.execution.settings import DECIDED
from webapp.execution.start import draft_run
from webapp.grading.comparing import same, same_in_time
from webapp.planning import routing
from webapp.questions.models import Question, QuestionSet
from webapp.runs.models import Generation, Profile, RecordedResponse, Run
from webapp.things.models import there_by

MOST = 5000  # questions looked at, evenly over the set
AT_ONCE = 250


class Effect(TypedDict):
    """Counts are of the questions that were looked at."""

    questions: int  # of the set
    looked: int
    rerouted: int  # whose seats go to others, or to the same ones in other numbers
    seats: dict[str, list[int]]  # expert → seats before and after
    estimated: bool  # whether skills stand in that no annotator has named yet
    why_not: str  # why it cannot be told what would be answered; blank: it can
    pairs: list[int]  # graded questions: right in both, before, after, in neither


@dataclass(frozen=True)
class Route:
    """A question's seats by one version of the profile."""

    plan: Plan
    known: pipeline.Known
    matched: Sequence[str]
    seats: Sequence[str]


@dataclass(frozen=True)
class Response:
    text: str
    stated: str | None
    verdict: Verdict


def run_on(question_set: QuestionSet, profile: Profile) -> Run:
    """What would start on a set with the usual settings, not stored. Raises RunRefused."""
    by_llm = profile.ranked or not profile.pool.candidates()
    run = draft_run(
        profile.team,
        None,
        pool=profile.pool,
        questions=question_set,
        profile=profile,
        writer=DECIDED if by_llm else WEIGHTED.name,
    )
    run.gold_version = question_set.version
    run.scorer, run.pattern = question_set.scorer, question_set.pattern
    return run


def effect(run: Run, before: Profile, after: Profile) -> Effect | None:
    """Of a run by one version of a profile and by another. None: questions were embedded now that
    it reads, and more are to be; call again."""
    assert run.question_set is not None
    questions = _spread(run.question_set)
    annotated = run.pk or routing.annotated_before(run)
    annotations = routing.annotations_in(annotated, questions)
    one, other = _with_profile(run, before), _with_profile(run, after)
    if routing.embed_missing(one, questions, annotations) is not None:
        return None
    plans = plan_for(one), plan_for(other)
    why_not = _untold(run, plans[0](""))
    moved, ways, pairs = 0, Counter[str](), [0, 0, 0, 0]
    seats: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for start in range(0, len(questions), AT_ONCE):
        some = questions[start : start + AT_ONCE]
        routes = []
        for question, (way, known) in zip(
            some, routing.known_before(one, some, annotations), strict=True
        ):
            ways[way] += 1
            both = tuple(_route(plan(question.key), known) for plan in plans)
            for place, route in enumerate(both):
                for expert in route.seats:
                    seats[expert][place] += 1
            moved += sorted(both[0].seats) != sorted(both[1].seats)
            routes.append((question, both))
        if not why_not:
            why_not = _answered(run, routes, pairs)
    return Effect(
        questions=run.questions,
        looked=len(questions),
        rerouted=moved,
        seats=dict(seats),
        estimated=ways[routing.ESTIMATED] > 0,
        why_not=why_not,
        pairs=[] if why_not else pairs,
    )


def change(pairs: Sequence[int]) -> paired.Paired:
    """What an effect's pairs tell: the later version against the earlier one."""
    return paired.compare(paired.Pairs(*pairs))


def _spread(question_set: QuestionSet) -> list[Question]:
    keys = list(question_set.questions.order_by("row").values_list("pk", flat=True))
    n = min(len(keys), MOST)
    chosen = [keys[place * len(keys) // n] for place in range(n)]
    return list(Question.objects.filter(pk__in=chosen).order_by("row"))


def _with_profile(run: Run, profile: Profile) -> Run:
    found = copy(run)
    found.profile = profile
    return found


def _route(plan: Plan, known: pipeline.Known) -> Route:
    own = replace(plan, need=None)  # all who are recruited
    if known.stage is None:
        own = replace(own, annotator=None)
    step = pipeline.advance(known, own)
    matched = [match.profiled for match in step.matches]
    return Route(plan, known, matched, [request.expert for request in step.requests])


def _untold(run: Run, plan: Plan) -> str:
    """Why nobody can tell the answers of such a run before they are generated; blank: one can."""
    if plan.aggregator is not None:
        return "An LLM writes the answers: what it would write for other seats is not known before."
    if run.answered_by is None or run.answered_by.rounds > 1 or plan.samples > 1:
        return f"{run.method_title} asks experts again: what they would answer is not known before."
    return ""


def _answered(
    run: Run, routes: Sequence[tuple[Question, tuple[Route, ...]]], pairs: list[int]
) -> str:
    """Count the questions by who answers them rightly; returns why it cannot be told, or blank."""
    experts = {expert for _, both in routes for route in both for expert in route.seats}
    given = _responses(run, [question for question, _ in routes], experts)
    for question, both in routes:
        there = given[question.pk]
        is_moved = sorted(both[0].seats) != sorted(both[1].seats)
        lacking = [e for route in both for e in route.seats if e not in there]
        if lacking and is_moved:
            return (
                "Not every expert that would be asked has answered its questions on this set yet:"
                " what the answers would be cannot be told before."
            )
        if lacking:  # the same seats failed, and would by either
            continue
        verdicts = [_verdict(run, question, route, there) for route in both]
        if Verdict.UNGRADED in verdicts:
            continue
        first, second = (verdict is Verdict.CORRECT for verdict in verdicts)
        pairs[(0 if second else 1) if first else (2 if second else 3)] += 1
    return ""


def _verdict(run: Run, question: Question, route: Route, there: Mapping[str, Response]) -> Verdict:
    """What a run's vote would make of these seats."""
    value = run.value_of(question)
    given = [there[expert] for expert in route.seats]
    stated: list[str | None] = [response.stated for response in given]
    verdicts = [response.verdict for response in given]
    if run.same_by == Run.SameBy.VALUE and not spelling_tells(value, stated, verdicts):
        stated = camps(stated, verdicts, same_in_time()).spellings
    pairs = zip([response.stated for response in given], verdicts, strict=True)
    by_answer = {answer: verdict for answer, verdict in pairs if answer is not None}
    known = replace(
        route.known,
        question=value,
        stage=Stage.RESPOND,
        matched=route.matched,
        seats=route.seats,
        rounds=[[response.text for response in given]],
        stated=[stated],
        verdicts=by_answer,
    )
    return pipeline.advance(known, route.plan).verdict or Verdict.UNGRADED


_Given = Mapping[int, Mapping[str, Response]]  # question → expert → its response


def _responses(run: Run, questions: Sequence[Question], experts: Iterable[str]) -> _Given:
    """Of these experts: the run's own ones, else those of the newest run, else recorded ones."""
    found: dict[int, dict[str, Response]] = defaultdict(dict)
    values = {question.pk: run.value_of(question) for question in questions}
    wanted = [int(expert) for expert in experts]
    rows = Generation.objects.filter(
        there_by("run"),
        answer__question__in=questions,
        expert__in=wanted,
        run__team=run.team,
        run__scorer=run.scorer,
        run__pattern=run.pattern,
        purpose=Purpose.RESPOND.value,
        round=0,
        status=Generation.Status.DONE,
    ).exclude(verdict="")
    own = Case(When(run=run.pk, then=0), default=1)
    first = rows.order_by("answer__question_id", "expert_id", own, "-run_id", "number")
    told = first.distinct("answer__question_id", "expert_id").values_list(
        "answer__question_id", "expert_id", "output", "stated"
    )
    for question, expert, output, stated in told:
        verdict = grade(values[question], stated, same)
        found[question][str(expert)] = Response(output, stated, verdict)
    recorded = RecordedResponse.objects.filter(question__in=questions, expert__in=wanted)
    for row in recorded.select_related("expert"):
        if str(row.expert_id) not in found[row.question_id]:
            read = Generation(expert=row.expert, output=row.output)
            read.grade(values[row.question_id])
            found[row.question_id][str(row.expert_id)] = Response(
                row.output, read.stated, Verdict(read.verdict)
            )
    return found
