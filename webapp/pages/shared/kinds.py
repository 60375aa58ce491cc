"""The kinds of things in addresses, and finding what an address names."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from webapp.accounts.middleware import TeamRequest
from webapp.keeping.kinds import KINDS, Named
from webapp.pages.shared.lookups import profile_or_404, run_or_404
from webapp.runs.models import Profile, Run


class KindConverter:
    """`<kind:kind>` in an address."""

    regex = "|".join(KINDS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def thing_or_404(request: TeamRequest, kind: str, pk: int) -> Named:
    model = KINDS[kind]
    if model is Run:
        return run_or_404(request, pk)
    if model is Profile:
        return profile_or_404(request, pk)
    rows: QuerySet[Any] = model.objects.all()
    found: Named = get_object_or_404(rows, pk=pk, team=request.team)
    return found
