"""The methods that replay compares: who is recruited, how the recorded answers are voted on."""

from dataclasses import dataclass, replace

from moe_core.calibrated import calibrated
from moe_core.comparators.registry import COMPARATORS
from moe_core.comparators.selector import selected
from moe_core.errors import MethodError
from moe_core.joint import joint
from moe_core.profiles import Profile
from moe_core.recruiters import RECRUITERS, Recruiter
from moe_core.votes import Ballot, Weigher, log_odds, one_each


@dataclass(frozen=True)
class Way:
    """A recruiter and a vote; `draws` where other seeds give other seats.

    `domains`: whether they know of domains.
    """

    name: str
    recruiter: Recruiter
    weigh: Weigher
    draws: bool = False
    domains: bool = True


def _way(name: str, recruiter: str, weigh: Weigher, *, domains: bool = True) -> Way:
    draws = RECRUITERS[recruiter].draws
    return Way(name, RECRUITERS[recruiter], weigh, draws, domains)


def _without_looks(profile: Profile, ballot: Ballot) -> list[float]:
    """As runs vote whose profile is not of their set's benchmark."""
    return calibrated(profile, replace(ballot, looks=False))


ROUTERS = ("domain-top-k", *COMPARATORS)  # from the literature
LITERATURE = (*ROUTERS, "more", "more-all")  # all of them, called ALL_OF_THEM
ALL_OF_THEM = "comparators"
ORACLE = "oracle"  # right where any expert is; nobody can be it
WAYS: dict[str, Way] = {
    way.name: way
    for way in (
        _way("single", "single", one_each),
        _way("random", "random", one_each),
        _way("task-top-k", "task-top-k", log_odds),
        _way("paper", "paper", one_each),
        _way("paper-weighted", "paper", calibrated),
        _way("paper-top-k", "paper-top-k", log_odds),
        _way("majority-all", "everyone", one_each),
        _way("ours", "ours", calibrated),
        # What each half of ours is worth alone.
        _way("ours-weighted", "ours", log_odds),
        _way("task-top-k-calibrated", "task-top-k", calibrated),
        _way("ours-without-looks", "ours", _without_looks),
        # The votes of many seats.
        _way("ours-joint", "ours", joint),
        _way("all-weighted", "everyone", log_odds),
        _way("all-calibrated", "everyone", calibrated),
        _way("all-joint", "everyone", joint),
        # What domains are worth: without them, and alone.
        _way("ours-without-domains", "ours", calibrated, domains=False),
        _way("ours-weighted-without-domains", "ours", log_odds, domains=False),
        # Other systems: routers, with the plain weighted vote where there are several seats, and
        # MoRE's selector, of the k strongest experts' answers or of everyone's.
        *(_way(name, name, log_odds) for name in ROUTERS),
        _way("more", "task-top-k", selected),
        _way("more-all", "everyone", selected),
    )
}
USUAL = (
    *("single", "random", "task-top-k", "paper", "paper-weighted", "paper-top-k", "majority-all"),
    *("ours", ORACLE),
)


def names_of(text: str) -> list[str]:
    """Names from a list with commas, ALL_OF_THEM among them.

    Raises MethodError for one that is not known.
    """
    given = [name.strip() for name in text.split(",") if name.strip()]
    spelled = [LITERATURE if name == ALL_OF_THEM else (name,) for name in given]
    names = list(dict.fromkeys(name for several in spelled for name in several))
    known = [*WAYS, ORACLE, ALL_OF_THEM]
    for name in names:
        if name not in known:
            raise MethodError(f"unknown method {name!r}: choose of {', '.join(known)}")
    if not names:
        raise MethodError(f"no method is named: choose of {', '.join(known)}")
    return names
