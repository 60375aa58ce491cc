"""What an address names: other teams' things are not there, as if they did not exist."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from webapp.accounts.middleware import TeamRequest
from webapp.runs.lookups import profiles_of, runs_of
from webapp.runs.models import Profile, Run


def run_or_404(request: TeamRequest, pk: int) -> Run:
    return get_object_or_404(runs_of(request.team), pk=pk)


def answering_or_404(request: TeamRequest, pk: int) -> Run:
    """A run that answers questions of its own, as profiles and rankings do not."""
    run = run_or_404(request, pk)
    if run.kind != Run.Kind.ANSWER:
        raise Http404
    return run


def profile_or_404(request: TeamRequest, pk: int) -> Profile:
    return get_object_or_404(profiles_of(request.team), pk=pk)
