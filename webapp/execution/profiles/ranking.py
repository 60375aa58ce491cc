"""Ranking aggregators: trials for every candidate, then the LLM or the vote (see DESIGN step 3).

Both kinds of prompt go to each candidate in one visit: the trials (one right and two wrong
responses of the profile run), and the validation question with seats recruited from the profile
without that question, as in a real run.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from moe_core import aggregation, pipeline, votes
from moe_core.extraction import final_text
from moe_core.grading import grade
from moe_core.profiles import Profile
from moe_core.recruiters import recruit
from moe_core.recruitment import Asked
from moe_core.skills import Match
from moe_core.values import Purpose, Request, Verdict
from moe_core.votes import Ballot
from moe_core.wordings import Wording
from webapp.execution.profiles.profiling import Observation, asked_of, observations
from webapp.execution.vectors import StoredMatcher
from webapp.experts.models import Expert
from webapp.questions.wordings import wording_for
from webapp.runs.models import AggregatorRank, Answer, Generation, Run
from webapp.runs.purposes import stage_of

RECRUITER = "paper"


@dataclass(frozen=True)
class _Validated:
    """What the profile run knows of one validation question."""

    observation: Observation
    asked: list[str]  # the experts that were asked it
    outputs: dict[str, str]  # expert → what the aggregator would be shown
    stated: dict[str, str | None]


@dataclass(frozen=True)
class _Ranking:
    profile: Profile
    candidates: list[Expert]
    wording: Wording
    matcher: StoredMatcher
    validated: dict[int, _Validated]  # by question


@lru_cache(maxsize=2)  # the profile that a ranking reads does not change any more
def _ranking_of(run_id: int) -> _Ranking:
    run = Run.objects.select_related("pool", "profile", "question_set").get(pk=run_id)
    assert run.pool is not None and run.profile is not None and run.question_set is not None
    profiled = run.profile.runs.get(kind=Run.Kind.PROFILE)
    outputs: dict[int, dict[str, str]] = defaultdict(dict)
    stated: dict[int, dict[str, str | None]] = defaultdict(dict)
    rows = Generation.objects.filter(
        run=profiled, purpose=Purpose.PROFILE, status=Generation.Status.DONE
    )
    for row in rows.select_related("expert"):
        key = row.answer_id or 0
        if text := final_text(row.output, row.marker).strip():
            outputs[key][str(row.expert_id)] = text
        stated[key][str(row.expert_id)] = row.counted
    observed = list(observations(profiled.pk))
    experts = [str(expert.pk) for expert in run.experts()]
    return _Ranking(
        # Not the stored one: its verdicts may have been regraded since, and each question's own
        # are taken out of it.
        profile=Profile.build(experts, (observation for _, observation in observed)),
        candidates=run.pool.candidates(),
        wording=wording_for(run.question_set),
        matcher=StoredMatcher(run.pool.embedder),
        validated={
            answer.question_id: _Validated(
                observation,
                asked_of(profiled, answer.question_id),
                outputs[answer.pk],
                stated[answer.pk],
            )
            for answer, observation in observed
        },
    )


def forget() -> None:
    """Read anew what rankings rest on."""
    _ranking_of.cache_clear()


def step(run: Run, answer: Answer) -> pipeline.Step:
    """Ask every candidate; when all have answered, note what the majority would have said."""
    ranking = _ranking_of(run.pk)
    validated = ranking.validated[answer.question_id]
    seated = _recruit_without(run, answer, ranking, validated)
    if answer.asked:
        voted, verdict = _voted(run, aggregation.MAJORITY.name, answer, seated, validated)
        return pipeline.Step(None, matches=seated.matches, answer=voted, verdict=verdict)
    texts = [validated.outputs[seat] for seat in seated.seats if seat in validated.outputs]
    verdicts = validated.observation[1]
    graded = [(validated.outputs[e], v) for e, v in verdicts.items() if e in validated.outputs]
    right = [text for text, verdict in graded if verdict is Verdict.CORRECT]
    wrong = [text for text, verdict in graded if verdict is Verdict.INCORRECT]
    trial = aggregation.trial(right, wrong, f"{run.seed}/{answer.question.key}")
    return pipeline.Step(
        stage_of(run.kind, Purpose.TRIAL),
        [
            *_requests(answer, ranking, Purpose.TRIAL, trial or []),
            *_requests(answer, ranking, Purpose.AGGREGATE, texts),
        ],
    )


@dataclass(frozen=True)
class _Seated:
    """The seats that a run would have recruited of those that were asked the question, had it not
    been in the profile."""

    profile: Profile  # without the question
    matches: list[Match]
    seats: tuple[str, ...]


def _recruit_without(run: Run, answer: Answer, ranking: _Ranking, validated: _Validated) -> _Seated:
    skills, verdicts = validated.observation
    profile = ranking.profile.without(skills, verdicts).of_experts(validated.asked)
    matches = ranking.matcher.match(skills, profile.skills)
    asked = Asked([m.profiled for m in matches], options=len(answer.question.options))
    seed = f"{run.seed}/{answer.question.key}"
    return _Seated(profile, matches, recruit(RECRUITER, profile, asked, run.k, seed).seats)


def _voted(
    run: Run, vote: str, answer: Answer, seated: _Seated, validated: _Validated
) -> tuple[str | None, Verdict]:
    """What a vote of these seats says. Some seat's answer counts so, and that is graded already."""
    stated = [validated.stated.get(seat) for seat in seated.seats]
    skills = [match.profiled for match in seated.matches]
    ballot = Ballot(answer.question.value, seated.seats, stated, skills=skills)
    voted = votes.vote(stated, aggregation.VOTES[vote](seated.profile, ballot))
    if voted is None:
        return None, grade(run.value_of(answer.question), None)
    return voted, validated.observation[1][seated.seats[stated.index(voted)]]


def _requests(
    answer: Answer, ranking: _Ranking, purpose: Purpose, texts: list[str]
) -> list[Request]:
    if not texts:
        return []
    question = answer.question.value
    write = ranking.wording.trial if purpose is Purpose.TRIAL else ranking.wording.aggregate
    prompt = write(question.text, texts, question.options)
    return [
        Request(purpose, stage_of(Run.Kind.RANK, purpose), str(expert.pk), number, prompt)
        for number, expert in enumerate(ranking.candidates)
    ]


def finish(run: Run) -> None:
    """Store each candidate's figures, and who writes the answers from now on: an LLM or a vote."""
    assert run.profile is not None
    ranking = _ranking_of(run.pk)
    trials: dict[str, list[bool]] = {expert.name: [] for expert in ranking.candidates}
    written: dict[str, list[bool]] = {expert.name: [] for expert in ranking.candidates}
    voted: dict[str, list[bool]] = {vote: [] for vote in aggregation.VOTES}
    rows = Generation.objects.filter(run=run).exclude(answer__verdict=Verdict.UNGRADED.value)
    for row in rows.select_related("expert").order_by("answer_id"):
        kept = trials if row.purpose == Purpose.TRIAL.value else written
        kept[row.expert.name].append(row.verdict == Verdict.CORRECT.value)
    asked = set(rows.filter(purpose=Purpose.AGGREGATE.value).values_list("answer_id", flat=True))
    for answer in Answer.objects.filter(pk__in=asked).select_related("question").order_by("pk"):
        validated = ranking.validated[answer.question_id]
        seated = _recruit_without(run, answer, ranking, validated)
        for vote, outcomes in voted.items():
            outcomes.append(_voted(run, vote, answer, seated, validated)[1] is Verdict.CORRECT)
    decision = aggregation.decide(trials, written, voted)
    experts = {expert.name: expert for expert in ranking.candidates}
    run.profile.ranks.all().delete()  # of a run that was retried
    AggregatorRank.objects.bulk_create(
        AggregatorRank(
            profile=run.profile,
            expert=experts[name],
            place=place,
            trials=len(trials[name]),
            trials_right=sum(trials[name]),
            written=len(written[name]),
            written_right=sum(written[name]),
        )
        for place, name in enumerate(aggregation.rank(trials, written), start=1)
    )
    run.profile.aggregator = experts[decision.expert] if decision.expert else None
    run.profile.vote = decision.vote
    run.profile.ranked = True
    run.profile.decision = decision.reason
    run.profile.save(update_fields=["aggregator", "vote", "ranked", "decision"])
