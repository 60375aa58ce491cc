"""The presets of a new run: what each would do, how right it was in validation, what it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from moe_core.aggregation import WEIGHTED
from moe_core.recruiters import RECRUITERS
from moe_core.skills import ANNOTATIONS
from moe_core.values import Purpose
from webapp.execution.settings import DECIDED, are_alike
from webapp.experts.models import Expert, Pool
from webapp.experts.short_names import short
from webapp.findings.pools import ways
from webapp.findings.pools.ways import Looked, Offer, Offered
from webapp.progress import eta
from webapp.questions.models import QuestionSet
from webapp.runs.models import Finding, Profile

FOR_EACH = 100  # questions that costs are told of where no set is chosen


@dataclass(frozen=True)
class Costs:
    """Of a set's questions, if nothing else runs."""

    generations: int
    experts: int
    loads: int
    seconds: float | None  # None: nothing is measured yet
    is_recorded: bool  # nobody is asked anything


@dataclass(frozen=True)
class Shown:
    """An offer as people choose it."""

    offered: Offered
    costs: Costs
    same_as: str = ""  # the title of another one that does the same
    counts_looks: bool = False  # whether its vote will count what answers look like

    @property
    def offer(self) -> Offer:
        return self.offered.offer

    @property
    def title(self) -> str:
        return self.offered.title

    @property
    def what(self) -> str:
        """In words, without its ending."""
        way = self.offered.way
        if self.offer != Offer.PAPER:
            return way["title"] if way else ""
        who = f"{self.offered.settings['k']} experts drawn by the question's skills"
        profile = self.offered.profile
        if self.offered.settings["writer"] != DECIDED:
            return f"{who}; the majority wins"
        if profile.aggregator:
            return f"{who}; {short(profile.aggregator)}, ranked first, writes the answer"
        return f"{who}; the {profile.vote if profile.ranked else WEIGHTED.name} vote decides"

    @property
    def looks(self) -> Looked | None:
        """What the looks of answers add, where they count."""
        way = self.offered.way
        return way["looks"] if way and self.counts_looks and self.offer != Offer.PAPER else None

    @property
    def has_llm(self) -> bool:
        """Whether an LLM writes, which the figures of validation know nothing of."""
        decided = self.offered.settings["writer"] == DECIDED
        return decided and self.offered.profile.aggregator_id is not None


@dataclass(frozen=True)
class Offers:
    """`advice` None: there is no profile that anything can be said by. `preselected`: nobody has
    chosen, so that the choice follows what is found."""

    profile: Profile | None
    advice: Finding | None
    questions: int
    of: str  # a question set, or how many questions
    shown: Sequence[Shown]
    chosen: str  # an Offer, or blank: the settings below
    has_pool: bool = False
    preselected: bool = False

    @property
    def own(self) -> bool:
        """Whether nothing but settings of one's own is, or can be, chosen."""
        return not self.chosen and (bool(self.shown) or self.has_pool)

    @property
    def is_told(self) -> bool:
        return ways.found_in(self.advice) is not None

    @property
    def answer(self) -> str:
        """Whether routing pays, in a sentence; blank while nobody can tell."""
        found = ways.found_in(self.advice)
        return found["answer"] if found else ""

    @property
    def waits(self) -> bool:
        return self.advice is not None and not self.advice.ready

    @property
    def problem(self) -> str:
        return self.advice.problem if self.advice else ""


def offers_of(
    pool: Pool | None,
    profile: Profile | None,
    questions: QuestionSet | None,
    chosen: str | None,
) -> Offers:
    """`chosen` None: the best there is."""
    kept = ways.ask(profile) if profile else None
    offered = ways.offers(profile, kept) if profile else []
    n = questions.questions.count() if questions else FOR_EACH
    alike = questions is not None and are_alike(profile, questions)
    shown: list[Shown] = []
    for one in offered:
        same = (of.title for of in shown if of.offered.settings == one.settings)
        shown.append(Shown(one, _costs(one, n), next(same, ""), alike))
    there = [of.offer.value for of in shown]
    preselected = chosen is None or (chosen != "" and chosen not in there)
    if chosen is None or preselected:
        chosen = Offer.BEST if Offer.BEST in there else next(iter(there), "")
    of = str(questions) if questions else f"each {FOR_EACH} questions"
    return Offers(profile, kept, n, of, shown, chosen, pool is not None, preselected)


def _costs(one: Offered, n: int) -> Costs:
    """By the experts' shares of the seats in validation; where they are not known, evenly."""
    pool = one.profile.pool
    experts = list(pool.experts.all())
    shares = one.way["asked"] if one.way else _evenly(experts, one.settings["k"])
    responses = {
        (Purpose.RESPOND.value, int(key)): max(1, round(n * share)) for key, share in shares.items()
    }
    others: dict[tuple[str, int], int] = {}
    policy = RECRUITERS[one.settings["recruiter"] or one.settings["method"]]
    if policy.reads_skills and pool.annotator_id:
        others[Purpose.ANNOTATE.value, pool.annotator_id] = ANNOTATIONS * n
    if one.settings["writer"] == DECIDED and one.profile.aggregator_id:
        others[Purpose.AGGREGATE.value, one.profile.aggregator_id] = n
    asked = responses | others
    cost = eta.cost(asked)
    told = Expert.objects.generating().filter(pk__in={expert for _, expert in asked})
    return Costs(
        # Of the sum, which the experts' rounded shares may miss.
        generations=round(n * sum(shares.values())) + sum(others.values()),
        experts=len(responses),
        loads=cost.loads,
        seconds=cost.seconds,
        is_recorded=not told.exists(),
    )


def _evenly(experts: Sequence[Expert], k: int) -> Mapping[str, float]:
    return {str(expert.pk): k / len(experts) for expert in experts}
