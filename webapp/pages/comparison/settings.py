"""The settings in which runs differ, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from moe_core.scorers import title_of
from webapp.experts.models import Expert
from webapp.runs.models import Run


@dataclass(frozen=True)
class Setting:
    name: str
    values: tuple[str, ...]  # of each run


def different(runs: Sequence[Run]) -> list[Setting]:
    """None where the runs were started alike."""
    told = [_settings(run) for run in runs]
    found = [Setting(name, tuple(of[name] for of in told)) for name in told[0]]
    return [setting for setting in found if len(set(setting.values)) > 1]


def _settings(run: Run) -> dict[str, str]:
    """In the order of the form that starts a run."""
    return {
        "Pool": str(run.pool or ""),
        "Method": run.method_title,
        "Recruiter": run.recruited_by.title if run.recruited_by else "",
        "Profile": str(run.profile or ""),
        "Seats per question": str(run.seats or ""),
        "Seats asked": run.stopping_rule.title,
        "Left out": ", ".join(_names(run.left_out)),
        "Answers by": f"{run.writer_title}: {run.aggregator}"
        if run.aggregator
        else run.writer_title,
        "Looks of answers": _looks(run),
        "Scorer": title_of(run.scoring),
        "Gold answers": f"version {run.gold_version}",
        "Seed": str(run.seed),
    }


def _looks(run: Run) -> str:
    return ("count" if run.counts_looks else "do not count") if run.reads_looks else ""


def _names(experts: list[int]) -> list[str]:
    """By their keys."""
    found = Expert.objects.filter(pk__in=experts).order_by("name")
    return list(found.values_list("name", flat=True))
