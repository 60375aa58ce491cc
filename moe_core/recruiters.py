"""Recruiters: who takes the seats of a question. Pure functions of the profile and the question.

`paper` follows section 3 as the published scripts compute it; the others leave something out, so
that a comparison shows what it was worth.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial

from moe_core.comparators.recruiting import ESTIMATE, recruit_by
from moe_core.comparators.registry import COMPARATORS, DOMAIN_TO_EXPERT, Comparator, Source
from moe_core.domain_top_k import domain_top_k, domain_top_k_all
from moe_core.errors import RecruitingError
from moe_core.ours import Contributions, ours, ours_all
from moe_core.paper_draw import Fit, first, normalised, paper, paper_fits, paper_top_k
from moe_core.profiles import Profile
from moe_core.recruitment import Asked, Recruitment
from moe_core.skills import WEAK, Match


class Fills(Enum):
    """How many seats a recruiter fills."""

    K = "k"
    ONE = "one"
    ALL = "all"


@dataclass(frozen=True)
class Recruiter:
    """A policy that fills seats. What it does not read need not be there.

    `reads_evidence`: it needs the profile's evidence and the question's vector. `recruit_all`
    takes many questions at once, where that is faster than one after another.

    `floor`: the cosine from which a skill counts as the profiled one that is nearest to it. None:
    the nearest counts however far it is, as the paper has it.

    How it explains itself to people: `called` is what it goes by, in the words that end "recruited
    by …"; `summary`, what it does, in a line for those who choose;
    `draws`, whether chance has a part in the seats; `probability` and `score`, what a recruitment's
    probabilities and scores are of; `unmatched`, what it does where no skill tells the experts
    apart; `fits`, what its probabilities come from; `parts`, what its scores are sums of, in order;
    `explanation`, how to read all that: *words* between stars stand beside the figures. `source`:
    of a comparator from the literature, where it is from.
    """

    name: str
    title: str
    summary: str
    recruit: Callable[[Profile, Asked, int, random.Random], Recruitment]
    reads_skills: bool
    reads_profile: bool
    draws: bool = False
    probability: str = "Share of the seats"
    score: str = ""
    called: str = ""  # blank: as its title says
    unmatched: str = "every expert was as likely as any other"
    fits: Callable[[Profile, Sequence[str]], dict[str, Fit]] | None = None
    parts: Sequence[str] = ()
    explanation: str = ""
    source: Source | None = None
    fills: Fills = Fills.K
    reads_evidence: bool = False
    floor: float | None = None
    recruit_all: Callable[[Profile, Sequence[Asked], int], list[Recruitment]] | None = None

    def counted(self, matches: Sequence[Match]) -> list[Match]:
        """Those of a question's matches that it recruits by."""
        return [m for m in matches if self.floor is None or m.similarity >= self.floor]

    @property
    def words(self) -> str:
        """What it goes by where people read it; its name is for programs."""
        return self.called or self.title

    @property
    def takes_all(self) -> bool:
        """Whether every expert has a seat, whatever k is."""
        return self.fills is Fills.ALL


def task_top_k(profile: Profile, asked: Asked, k: int, rng: random.Random) -> Recruitment:
    """The k experts that were right most often on the whole validation set."""
    seats = first(profile.strongest, k)
    return Recruitment(seats, _evenly(set(seats), profile.cells))


def single(profile: Profile, asked: Asked, k: int, rng: random.Random) -> Recruitment:
    """The one expert that was right most often on the whole validation set."""
    return task_top_k(profile, asked, 1, rng)


def at_random(profile: Profile, asked: Asked, k: int, rng: random.Random) -> Recruitment:
    """k different experts, each as likely as any other; with repeats if there are fewer than k."""
    experts = list(profile.cells)
    seats = rng.sample(experts, k) if k <= len(experts) else rng.choices(experts, k=k)
    return Recruitment(tuple(seats), _evenly(experts, experts))


def everyone(profile: Profile, asked: Asked, k: int, rng: random.Random) -> Recruitment:
    """Every expert of the pool, one seat each."""
    return Recruitment(tuple(profile.cells), _evenly(profile.cells, profile.cells))


def _evenly(chosen: Iterable[str], experts: Iterable[str]) -> dict[str, float]:
    return normalised(dict.fromkeys(chosen, 1.0), experts)


def _of_literature(of: Comparator) -> Recruiter:
    def recruit_one(profile: Profile, asked: Asked, k: int, rng: random.Random) -> Recruitment:
        return recruit_by(of.name, profile, [asked], k)[0]

    return Recruiter(
        of.name,
        of.title,
        of.summary,
        recruit_one,
        reads_skills=False,
        reads_profile=True,
        score="Right" if of.chances else "",
        parts=(ESTIMATE,) if of.chances else (),
        explanation=_BY_ESTIMATE if of.chances else "",
        source=of.source,
        reads_evidence=True,
        recruit_all=partial(recruit_by, of.name),
    )


OF_A_DRAW = "Probability of one draw"
_BY_FITS = (
    "Each expert's score on the question's skills (validation questions right minus wrong); their"
    " sum is its *suitability*. That times its *competency*, which grows with its score on all"
    " skills, is its weight in the paper's draw."
)
_BY_PARTS = (
    "How likely each is right on a question as hard as most, in %, and what that is the sum of, in"
    " percentage points: its *strength* on the whole validation set; how much better or worse it is"
    " in this *domain*, with such *skills*, and on validation questions that read like this one"
    " (*neighbours*); from the third seat on, who is right where those seated before disagree"
    " (*together*)."
)
_BY_ESTIMATE = "How likely each is right on this question, in %: the *estimate* that it ranks by."
LITERATURE = "Comparators from the literature"  # how those with a source are called together
RECRUITERS: dict[str, Recruiter] = {
    recruiter.name: recruiter
    for recruiter in (
        Recruiter(
            "paper",
            "drawn by skill, k times (the paper)",
            "draws by score on the question's skills times score on all; may draw one twice.",
            paper,
            called="skill scores, drawn",
            reads_skills=True,
            reads_profile=True,
            draws=True,
            probability=OF_A_DRAW,
            fits=paper_fits,
            explanation=_BY_FITS,
        ),
        Recruiter(
            "paper-top-k",
            "the k likeliest of the paper's draw",
            "the k experts that the paper's draw favours most on this question, without drawing.",
            paper_top_k,
            called="skill scores",
            reads_skills=True,
            reads_profile=True,
            probability="Probability in the paper's draw",
            unmatched="those that are best on the whole validation set were taken",
            fits=paper_fits,
            explanation=_BY_FITS,
        ),
        Recruiter(
            "ours",
            "the k likeliest to be right here, by all that validation showed",
            "by strength, domain, skills and the validation questions most like this one; from the"
            " third seat on also by who is right where those seated disagree.",
            ours,
            called="forecast",
            reads_skills=True,
            reads_profile=True,
            reads_evidence=True,
            floor=WEAK,
            score="Right",
            parts=Contributions.NAMES,
            explanation=_BY_PARTS,
            recruit_all=ours_all,
        ),
        Recruiter(
            "task-top-k",
            "the k best on the whole validation set",
            "the same k experts for every question, whatever it needs.",
            task_top_k,
            called="overall accuracy",
            reads_skills=False,
            reads_profile=True,
        ),
        Recruiter(
            "domain-top-k",
            "the k best in the question's domain",
            "the k experts that were right most often on validation questions of the same domain:"
            " its category, or questions that read alike.",
            domain_top_k,
            called="accuracy in the domain",
            reads_skills=False,
            reads_profile=True,
            source=DOMAIN_TO_EXPERT,
            reads_evidence=True,
            recruit_all=domain_top_k_all,
        ),
        Recruiter(
            "random",
            "k experts at random",
            "k different experts, each as likely as any other: something to compare with.",
            at_random,
            called="chance",
            reads_skills=False,
            reads_profile=False,
            draws=True,
            probability=OF_A_DRAW,
        ),
        Recruiter(
            "single",
            "the one best on the validation set",
            "the same expert for every question.",
            single,
            reads_skills=False,
            reads_profile=True,
            fills=Fills.ONE,
        ),
        Recruiter(
            "everyone",
            "every expert",
            "one seat for each expert of the pool.",
            everyone,
            reads_skills=False,
            reads_profile=False,
            fills=Fills.ALL,
        ),
        *map(_of_literature, COMPARATORS.values()),
    )
}


def recruiter_named(name: str) -> Recruiter:
    """Raises RecruitingError for a name that is not in RECRUITERS."""
    try:
        return RECRUITERS[name]
    except KeyError:
        known = ", ".join(RECRUITERS)
        raise RecruitingError(f"unknown recruiter {name!r}: choose one of {known}") from None


def recruit(name: str, profile: Profile, asked: Asked, k: int, seed: int | str) -> Recruitment:
    """Seats by the recruiter called `name`; the same seed gives the same seats.

    Raises RecruitingError for an unknown name, k below 1 or a profile without experts.
    """
    return _checked(name, profile, k).recruit(profile, asked, k, random.Random(seed))


def recruit_all(
    name: str, profile: Profile, asked: Sequence[Asked], k: int, seeds: Sequence[int | str]
) -> list[Recruitment]:
    """`recruit` for many questions, each with its seed."""
    recruiter = _checked(name, profile, k)
    if recruiter.recruit_all is not None:
        return recruiter.recruit_all(profile, asked, k)
    return [
        recruiter.recruit(profile, question, k, random.Random(seed))
        for question, seed in zip(asked, seeds, strict=True)
    ]


def _checked(name: str, profile: Profile, k: int) -> Recruiter:
    recruiter = recruiter_named(name)
    if k < 1:
        raise RecruitingError(f"k is {k}: a question needs at least one seat")
    if not profile.cells:
        raise RecruitingError("no experts to recruit from: add experts to the pool")
    return recruiter
