"""What a profile says of its experts, as tables."""

from collections.abc import Callable, Mapping, Sequence

from moe_core.intervals import Share
from webapp.experts.models import Expert
from webapp.experts.short_names import short
from webapp.exports.tables import Cell, Table
from webapp.findings.families import Found, ask
from webapp.pages.reports.run_tables import INTERVALS
from webapp.runs.models import Profile


def found_in(profile: Profile) -> Found | None:
    """None until a worker has counted it."""
    kept = ask(profile)
    return kept.found if kept and kept.ready and not kept.problem else None


def experts(profile: Profile) -> Table:
    """The best first, over all of its questions."""
    totals = profile.totals.select_related("expert")
    shares = [(short(row.expert), Share(row.right, row.right + row.wrong)) for row in totals]
    rows: list[tuple[Cell, ...]] = [
        (name, share.n, share)
        for name, share in sorted(shares, key=lambda one: -(one[1].percent or 0.0))
    ]
    columns = ("Expert", "Questions", "Accuracy, %")
    name, title = f"profile-{profile.pk}-experts", f"Experts of {profile}"
    return Table(name, title, columns, rows, INTERVALS)


def families(profile: Profile) -> Table:
    """Experts by category, or by family of skills where questions have no categories."""
    found = found_in(profile)
    groups = [found["whole"], *found["families"]] if found else []
    experts = Expert.objects.in_bulk([int(key) for key in groups[0]["cells"]] if groups else [])
    ordered = sorted(
        experts.values(), key=lambda one: -(_share(groups[0]["cells"], one).percent or 0.0)
    )
    rows: list[tuple[Cell, ...]] = [
        (short(expert), *(_share(group["cells"], expert) for group in groups)) for expert in ordered
    ]
    kind = "category" if found and found["labelled"] else "family of skills"
    columns = ("Expert", *(_title(place, group) for place, group in enumerate(groups)))
    name, title = f"profile-{profile.pk}-families", f"Accuracy (%) of experts by {kind}"
    return Table(name, title, columns, rows, INTERVALS)


def _title(place: int, group: Mapping[str, object]) -> str:
    return f"{group['name'] if place else 'All'} ({group['questions']:,})"


def _share(cells: Mapping[str, Sequence[int]], expert: Expert) -> Share:
    return Share(*cells.get(str(expert.pk), (0, 0)))


# Name in addresses → what makes it.
TABLES: Mapping[str, Callable[[Profile], Table]] = {"experts": experts, "families": families}
