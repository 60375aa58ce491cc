"""Which runs an address compares, and the addresses of comparisons."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from django.urls import reverse

from webapp.accounts.middleware import TeamRequest
from webapp.keeping.baselines import baselines_of
from webapp.pages.shared.addresses import key
from webapp.runs.lookups import runs_of
from webapp.runs.models import Run


def run_named(request: TeamRequest, text: str) -> Run | None:
    """The team's run of that key; None where the text is no key, or the run another team's."""
    pk = key(text)
    return None if pk is None else runs_of(request.team).filter(pk=pk).first()


def ticked(request: TeamRequest) -> list[Run]:
    """The runs of every `?run=`, each once, the oldest first: it is what newer ones are measured
    by."""
    keys = {pk for text in request.GET.getlist("run") if (pk := key(text)) is not None}
    return list(runs_of(request.team).filter(pk__in=keys).order_by("pk"))


def with_baseline(runs: Sequence[Run]) -> list[Run]:
    """Their set's baseline first, though nobody chose it."""
    baseline = baselines_of([runs[0].question_set_id]).get(runs[0].question_set_id or 0)
    others = [run for run in runs if run != baseline]
    return [baseline, *others] if baseline else others


def of_two(first: Run, second: Run, **more: str) -> str:
    """The address that compares the second with the first."""
    told = {"a": first.pk, "b": second.pk, **{name: of for name, of in more.items() if of}}
    return f"{reverse('run-compare')}?{urlencode(told)}"


def of_several(runs: Iterable[Run], **more: str) -> str:
    return f"{reverse('run-compare')}?{query_of(runs, **more)}"


def query_of(runs: Iterable[Run], **more: str) -> str:
    """Of an address that is about these runs."""
    told = [("run", str(run.pk)) for run in runs]
    return urlencode([*told, *((name, of) for name, of in more.items() if of)])
