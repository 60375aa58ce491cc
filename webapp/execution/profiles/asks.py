"""How many of the validation questions a profile asks each expert, and which: settled before it
begins, so that every expert is still loaded once (docs/decisions/0035-cheaper-profiles.md)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from moe_core.anchors import ALL, PARTS, THIRD, Part, anchors
from moe_core.values import Purpose, Verdict
from webapp.execution.errors import RunRefused
from webapp.execution.profiles.asked_before import AskedBefore, asked_before
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.runs.models import Generation, Run
from webapp.things.models import there_by


@dataclass(frozen=True)
class Asks:
    """`questions`: keys of those that the run has. `some`: expert's key → those that it is asked,
    where they are fewer. `responses`: how many somebody will have to generate."""

    questions: Sequence[int]
    some: Mapping[int, Sequence[int]]
    responses: int


def part_named(name: str) -> Part:
    """Raises RunRefused."""
    if name not in PARTS:
        raise RunRefused(f"Experts can be asked {', '.join(PARTS)} of the questions, not {name!r}.")
    return PARTS[name]


@dataclass(frozen=True)
class Choice:
    """What may be chosen for a pool and a set. `before`: of the pool's experts, but those that are
    recorded, whom nobody asks."""

    pool: Pool
    question_set: QuestionSet
    before: Sequence[AskedBefore]

    @classmethod
    def of(cls, pool: Pool, questions: QuestionSet, *, reuse: bool = True) -> "Choice":
        """`reuse`: whether what was answered before is taken over."""
        experts = set(pool.experts.values_list("pk", flat=True))
        rows = [row for row in asked_before(pool, questions) if row.expert.pk in experts]
        return cls(pool, questions, rows if reuse else [row.anew for row in rows])

    @property
    def parts(self) -> list[Part]:
        """Those that can be chosen."""
        return [part for part in PARTS.values() if part is not THIRD or self._told]

    def settled(self, part: Part) -> Asks:
        """Whom to ask what. Raises RunRefused."""
        if part not in self.parts:
            raise RunRefused(
                "A third is enough where others of the pool have answered the set, and tell which:"
                " nobody has, so choose half of the questions, or all."
            )
        keys = [key for key, _ in self._questions]
        everybody = set(self.pool.experts.values_list("pk", flat=True))
        if part is ALL:
            asked = {expert: set(keys) for expert in everybody}
        else:
            anchored = set(self._anchors(part))
            asked = {
                row.expert.pk: self._asked(row, anchored, part.of(len(keys))) for row in self.before
            }
            asked |= {expert: set(keys) for expert in everybody - asked.keys()}  # recorded ones
        wanted = set().union(*asked.values())
        told = {row.expert.pk: set(self._told.get(row.expert.pk, ())) for row in self.before}
        return Asks(
            [key for key in keys if key in wanted],
            {e: sorted(of) for e, of in asked.items() if of != wanted},
            sum(len(asked[expert] - known) for expert, known in told.items()),
        )

    def _asked(self, row: AskedBefore, anchored: Collection[int], count: int) -> set[int]:
        """What an expert has answered, and the anchors unless that is as much already."""
        there = set(self._told.get(row.expert.pk, ()))
        return there if len(there) >= count else there | set(anchored)

    def _anchors(self, part: Part) -> list[int]:
        """Of the questions that others have answered while there are enough: by these experts can
        be compared."""
        right = defaultdict(list)
        for told in self._told.values():
            for question, is_right in told.items():
                right[question].append(is_right)
        count = part.of(len(self._questions))
        there = [row for row in self._questions if row[0] in right]
        if len(there) < count:
            rest = [row for row in self._questions if row[0] not in right]
            return [*(key for key, _ in there), *_anchors(rest, right, count - len(there))]
        return _anchors(there, right, count)

    @cached_property
    def _questions(self) -> list[tuple[int, str]]:
        """Key and category of each."""
        return list(self.question_set.questions.order_by("pk").values_list("pk", "category"))

    @property
    def _known(self) -> set[int]:
        """Experts whose earlier answers count: of those that are asked anew none."""
        asked = {row.expert.pk for row in self.before if row.is_asked}
        return set(self.pool.experts.values_list("pk", flat=True)) - asked

    @cached_property
    def _told(self) -> dict[int, dict[int, bool]]:
        """What they have answered for earlier profiles: expert → question → whether it is right."""
        rows = Generation.objects.filter(
            there_by("run"),
            run__team=self.pool.team_id,
            run__kind=Run.Kind.PROFILE,
            run__question_set=self.question_set,
            expert__in=self._known,
            purpose=Purpose.PROFILE.value,
            status=Generation.Status.DONE,
        )
        found: dict[int, dict[int, bool]] = defaultdict(dict)
        told = rows.order_by("run_id").values_list("expert", "answer__question", "verdict")
        for expert, question, verdict in told:
            found[expert][question] = verdict == Verdict.CORRECT.value
        return dict(found)


def _anchors(
    questions: Sequence[tuple[int, str]], right: Mapping[int, Sequence[bool]], count: int
) -> list[int]:
    """`count` of questions (key, category); `right` has what others said to each, if anything."""
    shares = [np.mean(right[key]) if right.get(key) else np.nan for key, _ in questions]
    chosen = anchors([category for _, category in questions], np.array(shares), count)
    return [questions[place][0] for place in chosen]
