"""Which expert is best at a skill or a family, and how far that can be trusted: in sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from moe_core.intervals import CONFIDENCE
from webapp import plural
from webapp.experts.models import Expert
from webapp.experts.short_names import short
from webapp.findings.families import Group, Lead
from webapp.pages.profiles.families import Families, tallies_of
from webapp.pages.profiles.finding import Match
from webapp.pages.profiles.heatmap import strengths
from webapp.pages.profiles.orders import FAMILY
from webapp.pages.profiles.tally import Tally
from webapp.runs.models import Profile

NAMED = 4  # experts that a sentence names; of more it says how many
TELLING = 8  # questions from which a share is said in percent, too
LEVEL = f"{100 * CONFIDENCE:.0f} %"
Experts = Sequence[Expert]


@dataclass(frozen=True)
class Standing:
    """How experts did on a skill, a family or everything; `lead` None: not counted yet.

    `tallies` has one expert at least.
    """

    name: str  # of the skill or the family; blank for everything
    title: str
    where: str  # as sentences say it: "in all of chemistry"
    query: str  # the part of an address that opens its questions
    tallies: Mapping[int, Tally]
    lead: Lead | None
    experts: Mapping[int, Expert]

    @property
    def questions(self) -> int:
        return self.lead["questions"] if self.lead else max(t.n for t in self.tallies.values())

    @cached_property
    def leaders(self) -> Experts:
        if self.lead is None:
            best = max(tally.percent or 0.0 for tally in self.tallies.values())
            return self._some([k for k, t in self.tallies.items() if t.percent == best])
        return self._some(self.lead["leaders"])

    @cached_property
    def tied(self) -> Experts:
        return self._some(self.lead["tied"]) if self.lead else []

    def _some(self, keys: Sequence[int]) -> Experts:
        """The best first."""
        rows = [self.experts[key] for key in keys if key in self.experts]
        return sorted(rows, key=lambda e: (-(self.tallies[e.pk].percent or 0.0), e.name))

    @property
    def others(self) -> int:
        """Experts that answered and do not lead."""
        return sum(tally.n > 0 for tally in self.tallies.values()) - len(self.leaders)

    @property
    def is_sure(self) -> bool:
        """Whether one leads, and is better than everyone else beyond chance."""
        return self.lead is not None and len(self.leaders) == 1 and not self.tied

    def state(self, expert: Expert) -> str:
        """Of one expert, in words; blank where it answered nothing, or nothing is counted yet."""
        tally = self.tallies.get(expert.pk)
        if self.lead is None or not tally or not tally.n:
            return ""
        if expert in self.leaders:
            return "leads"
        return "may be as good" if expert in self.tied else "behind"

    def share(self, expert: Expert) -> str:
        tally = self.tallies[expert.pk]
        told = f"{tally.right} of {tally.n}"
        return (
            f"{told} ({tally.percent:.0f} %, {LEVEL}: {tally.between})"
            if tally.n >= TELLING
            else told
        )

    @property
    def lead_words(self) -> str:
        """Who leads with what, and who may be as good."""
        many = len(self.leaders) > 1
        told = f"{self.share(self.leaders[0])}{' each' if many else ''}"
        return f"{listed(self.leaders)} lead{'' if many else 's'} with {told}{self._doubt}"

    @property
    def _doubt(self) -> str:
        if self.lead is None or self.others <= 0:
            return ""
        if self.tied:
            return f", too few to tell {self.whom}"
        return f": better than {_each(self.others)}, beyond what chance explains"

    @property
    def whom(self) -> str:
        """The leaders from those who may be as good."""
        it = "it" if len(self.leaders) == 1 else "them"
        if len(self.tied) == self.others:
            one = "the other one" if self.others == 1 else f"any of the {self.others} others"
            return f"{it} from {one}"
        return f"{it} from {listed(self.tied)}"


def listed(experts: Experts) -> str:
    """By their short names, or how many they are."""
    names = [short(expert) for expert in experts]
    if len(names) > NAMED:
        return f"{len(names)} experts"
    return plural.listed(names)


def _each(others: int) -> str:
    return "the other one" if others == 1 else f"each of the {others} others"


@dataclass(frozen=True)
class Row:
    """An expert: on what was asked for, on what that lies in, and on everything."""

    expert: Expert
    cells: Sequence[tuple[Standing, Tally | None, str]]  # with its state in words


@dataclass(frozen=True)
class Best:
    """`standings`: what was asked for, then what it lies in."""

    match: Match
    family: str  # that a skill belongs to; blank where it has none
    standings: Sequence[Standing]

    @property
    def sentences(self) -> list[str]:
        """The answer: of what was asked for, and of what it lies in."""
        first, *wider = self.standings
        told = [(first, first.lead_words), *((one, _also(first, one)) for one in wider)]
        return [f"{one.where[0].upper()}{one.where[1:]}, {words}." for one, words in told]

    @cached_property
    def trust(self) -> tuple[str, str]:
        """Whether the leader can be trusted to be the best, and why."""
        first, *wider = self.standings
        if first.lead is None:
            return "Not yet", "who can be told from whom is being counted."
        if first.is_sure or first.others <= 0:
            return "Yes", "chance does not explain its lead."
        many = f"{first.questions:,} question{'' if first.questions == 1 else 's'}"
        few = f"{many} cannot tell {first.whom}"
        if not first.tied:
            few = f"{many} cannot tell {listed(first.leaders)} apart"
        if len(first.tied) < first.others:
            return "In part", f"{few}; everyone else is worse, beyond what chance explains."
        if self.family:
            return _by(wider[0], first.leaders, few)
        return "No", f"{few}. Profile the pool on more questions like these."

    @property
    def rows(self) -> list[Row]:
        """The best first."""
        first = self.standings[0]
        rows = [
            Row(e, [(s, s.tallies.get(e.pk), s.state(e)) for s in self.standings])
            for e in first.experts.values()
        ]
        return sorted(rows, key=lambda row: [_share(tally) for _, tally, _ in row.cells])


def _share(tally: Tally | None) -> float:
    return 1.0 if tally is None or tally.percent is None else -tally.percent


def _also(first: Standing, wider: Standing) -> str:
    """How the leaders do on more questions."""
    there = [expert for expert in first.leaders if expert.pk in wider.tallies]
    if not there or set(there) & set(wider.leaders):
        return wider.lead_words
    best = max(there, key=lambda expert: wider.tallies[expert.pk].percent or 0.0)
    return f"{short(best)} has {wider.share(best)}, and {wider.lead_words}"


def _by(family: Standing, leaders: Experts, few: str) -> tuple[str, str]:
    """Of leaders that nobody can be told from: what the questions of their family say."""
    states = {family.state(expert) for expert in leaders}
    if states == {"leads"} and family.is_sure:
        return "Yes", f"{few}, but {family.where} it is better than everyone, beyond chance."
    if states == {"behind"}:
        best = f"{listed(family.leaders)} {'is' if len(family.leaders) == 1 else 'are'}"
        return "No", f"{few}, and {family.where} {best} better, beyond what chance explains."
    return "In part", f"{few}; {family.where} nobody is better beyond what chance explains."


def best(profile: Profile, families: Families, match: Match) -> Best | None:
    """None where no expert answered such a question."""
    experts = {expert.pk: expert for expert in profile.pool.experts.all()}
    is_family = match.kind == FAMILY
    family = match.name if is_family else families.family_of(match.name)
    standings = [] if is_family else [_of_skill(profile, families, match, experts)]
    if group := families.group(family):
        standings.append(_of_family(group, experts))
    whole = families.found["whole"] if families.found else None
    standings.append(
        Standing("", "all questions", "over all questions", "", strengths(profile), whole, experts)
    )
    standings = [s for s in standings if any(tally.n for tally in s.tallies.values())]
    if not standings or standings[0].query != match.query:
        return None
    return Best(match, "" if is_family else family, standings)


def _of_skill(
    profile: Profile, families: Families, match: Match, experts: Mapping[int, Expert]
) -> Standing:
    rows = profile.cells.filter(skill=match.name).values_list("expert", "right", "wrong")
    tallies = {expert: Tally(right, right + wrong) for expert, right, wrong in rows}
    lead = families.lead_of(match.name)
    return Standing(match.name, match.name, f"in {match.name}", match.query, tallies, lead, experts)


def _of_family(group: Group, experts: Mapping[int, Expert]) -> Standing:
    name, told = group["name"], Match(FAMILY, group["name"], group["questions"])
    title = f"all of {name}"
    return Standing(name, title, f"in {title}", told.query, tallies_of(group), group, experts)


def family_standings(families: Families, experts: Mapping[int, Expert]) -> list[Standing]:
    """The largest family first."""
    return [_of_family(group, experts) for group in families.groups]
