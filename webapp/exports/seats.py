"""All seats of a run as rows, each with what is known of its question: nothing is dropped.

One row for every generation, of annotator and writer too: `purpose` tells them apart. An expert
with two seats has two rows, a seat that is asked in several rounds one for each, one that was not
asked one with that as its status. A question of which nothing was asked yet has one row.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Prefetch

from moe_core.aggregation import WRITERS
from moe_core.extraction import final_text
from moe_core.values import Purpose
from moe_core.votes import Ballot
from webapp.accounts.models import User
from webapp.execution.known import vectors_for
from webapp.execution.plans import profile_behind
from webapp.experts.models import Expert
from webapp.experts.told import told
from webapp.exports.columns import OF_QUESTION
from webapp.results.filters import Filters
from webapp.reviews.models import Review
from webapp.reviews.reading import readable, waiting_blind
from webapp.runs.models import Answer, Generation, Run
from webapp.runs.seats import final_responses, names_of_unasked, unasked_seats, why_unasked

ANSWERS = 25  # read at once, each with all of its generations
SEATED = (Purpose.RESPOND.value, Purpose.PROFILE.value)
TOLD = {"run", "question_id", "row", "category", "question", "options", "hidden"}
NOT_ASKED = "not asked"  # the status of a seat that has no generation
Row = dict[str, Any]
# (after, how many) → keys of the next answers, in order
Next = Callable[[int, int], Sequence[int]]


def seats(run: Run, reader: User, *, owns: bool, following: Next | None = None) -> Iterator[Any]:
    """Rows in batches, in the order of the questions; columns that a row lacks are empty.

    `following`: which answers, where not all are wanted. `owns`: whether the reader may read what
    servers said.
    """
    following = following or _all_of(run)
    after = 0
    while keys := following(after, ANSWERS):
        after = keys[-1]
        yield _batch(run, list(keys), reader, owns)
    if loose := [_seat(one, owns) for one in _loose(run)]:
        yield [{"run": run.pk} | row for row in loose]


def under(filters: Filters, run: Run, reader: User) -> Next | None:
    """The answers that filters leave, in the order of questions; None where they ask nothing."""
    if not filters.asks:
        return None
    in_order = replace(filters, sort="")

    def following(after: int, many: int) -> list[int]:
        found = in_order.near(run, reader, after=after, many=many).filter(pk__gt=after)
        return list(found.order_by("pk").values_list("pk", flat=True)[:many])

    return following


def _all_of(run: Run) -> Next:
    rows = Answer.objects.filter(run=run).order_by("pk").values_list("pk", flat=True)
    return lambda after, many: list(rows.filter(pk__gt=after)[:many])


def _loose(run: Run) -> Iterator[Generation]:
    """What was asked about no question of the run, as a try is."""
    rows = Generation.objects.filter(run=run, answer=None).select_related("expert")
    return rows.order_by("pk").iterator(chunk_size=100)


def _batch(run: Run, keys: list[int], reader: User, owns: bool) -> list[Row]:
    reviews = readable(reader).select_related("person").order_by("is_ruling", "pk")
    answers = (
        Answer.objects.filter(pk__in=keys)
        .select_related("question")
        .prefetch_related(Prefetch("reviews", reviews, to_attr="told"))
        .order_by("pk")
    )
    rows = list(answers)
    run.give_golds(answer.question for answer in rows)
    hidden = waiting_blind(rows, reader)
    given, stand = _generations(keys)
    unasked = names_of_unasked(rows)
    found: list[Row] = []
    for answer in rows:
        of_question = _question(run, answer)
        if answer.pk in hidden:
            found.append({name: of_question[name] for name in TOLD} | {"hidden": True})
            continue
        asked = given[answer.pk]
        weights = _weights(run, answer, [g for g in asked if g.pk in stand])
        found += [
            of_question | _of_seat(answer, one, stand, weights) | _seat(one, owns) for one in asked
        ] or [of_question]
        found += [of_question | seat for seat in _unasked(run, answer, unasked)]
    return found


def _generations(keys: list[int]) -> tuple[dict[int, list[Generation]], set[int]]:
    """By answer, in the order of asking; and those by which seats stand."""
    rows = Generation.objects.filter(answer__in=keys)
    given: dict[int, list[Generation]] = defaultdict(list)
    asked = list(rows.order_by("stage", "purpose", "round", "number"))
    experts = Expert.objects.in_bulk({row.expert_id for row in asked})  # each once, however often
    for row in asked:
        row.expert = experts[row.expert_id]
        given[row.answer_id or 0].append(row)
    final = final_responses(rows.filter(purpose__in=SEATED))
    return given, set(final.values_list("pk", flat=True))


def _question(run: Run, answer: Answer) -> Row:
    question = answer.question
    row = {
        "run": run.pk,
        "question_id": question.key,
        "row": question.row,
        "category": question.category,
        "question": question.text,
        "options": question.options,
        "hidden": False,
        "gold": question.gold or None,
        "final_answer": answer.text,
        "final_verdict": answer.verdict or None,
        "outcome": answer.outcome or None,
        "as_spelled": answer.comparison == Answer.Comparison.COSTLY,
        "skills": [
            {"skill": skill, "profiled": profiled, "similarity": cosine}
            for skill, profiled, cosine in answer.skills
        ],
        "unmatched": answer.uniform,
        "reviews": [_review(review) for review in answer.told],  # type: ignore[attr-defined]
    }
    assert row.keys() - {"reviews"} == {column.name for column in OF_QUESTION}
    return row


def _review(review: Review) -> Row:
    return {
        "person": review.person.username,
        "ruling": review.is_ruling,
        "verdicts": list(review.verdicts),
        "note": review.note,
        "corrected": review.corrected or None,
        "changed": review.changed.isoformat(),
    }


def _of_seat(
    answer: Answer, one: Generation, stand: set[int], weights: dict[int, float | None]
) -> Row:
    key = str(one.expert_id)
    is_seat = one.purpose in SEATED
    return {
        "stands": one.pk in stand if is_seat else None,
        "probability": answer.probabilities.get(key) if is_seat else None,
        "contributions": answer.contributions.get(key) if is_seat else None,
        "weight": weights.get(one.pk),
    }


def _seat(one: Generation, owns: bool) -> Row:
    return {
        "purpose": one.purpose,
        "seat": one.number + 1,
        "round": one.round + 1,
        "expert": one.expert.name,
        "expert_id": one.expert_id,
        "prompt": one.prompt,
        "output": one.output,
        "stated": one.stated,
        "same_as": one.same_as,
        "rule": one.rule,
        "verdict": one.verdict or None,
        "status": one.status,
        "finish_reason": one.finish_reason,
        "problem": told(one.problem, owns) or None,
        "attempts": one.attempts,
        "prompt_tokens": one.prompt_tokens,
        "tokens": one.tokens,
        "max_tokens": one.max_tokens,
        "temperature": one.temperature,
        "seed": one.seed,
        "asked": one.created,
        "finished": one.finished,
    }


def _unasked(run: Run, answer: Answer, names: Mapping[int, str]) -> Iterator[Row]:
    for seat in unasked_seats(answer):
        yield {
            "purpose": Purpose.RESPOND.value,
            "seat": seat.number + 1,
            "round": 1,
            "expert": names[seat.expert],
            "expert_id": seat.expert,
            "probability": answer.probabilities.get(str(seat.expert)),
            "contributions": answer.contributions.get(str(seat.expert)),
            "status": NOT_ASKED,
            "problem": why_unasked(run, answer),
        }


def _weights(run: Run, answer: Answer, standing: list[Generation]) -> dict[int, float | None]:
    """What each seat's vote weighed, by generation; none where no vote counted."""
    writer = WRITERS.get(run.writer)
    voted = [one for one in standing if one.purpose == Purpose.RESPOND]
    if writer is None or writer.weigh is None or not answer.is_done or not voted:
        return {}
    try:
        profile = profile_behind(run.pk, with_evidence=writer.reads_evidence)
    except (LookupError, Run.DoesNotExist):
        return {}
    texts: list[str | None] = []
    if writer.reads_evidence:  # of what is written, the tone
        texts = [final_text(one.output, one.marker).strip() or None for one in voted]
    left = unasked_seats(answer)  # they state nothing, and sit in the team all the same
    nothing: list[str | None] = [None] * len(left)
    ballot = Ballot(
        answer.question.value,
        [str(one.expert_id) for one in voted] + [str(seat.expert) for seat in left],
        [one.counted for one in voted] + nothing,
        texts and texts + nothing,
        [profiled for _, profiled, _ in answer.skills],
        vectors_for(run, [answer.question]).get(answer.question_id),
        run.counts_looks,
    )
    weights = writer.weigh(profile, ballot)
    return dict(zip((one.pk for one in voted), map(float, weights), strict=False))
