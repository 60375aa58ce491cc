"""What each expert adds, on a run's page of it."""

import pytest
from django.test import Client

from tests.pages.reading import flat
from webapp.execution import plans
from webapp.experts.models import Expert
from webapp.findings import asking
from webapp.findings.finders import FINDERS
from webapp.runs.models import Finding, Run

pytestmark = pytest.mark.django_db


def test_it_is_found_and_then_shown(signed_in: Client, ours_run: Run) -> None:
    plans.profile_behind.cache_clear()
    address = f"/runs/{ours_run.pk}/experts"
    assert address in signed_in.get(ours_run.get_absolute_url()).content.decode()
    assert "Voting again without each expert" in signed_in.get(address).content.decode()
    assert signed_in.get(f"{address}/found").status_code == 204
    assert not asking.find(Finding.objects.get(name=Finding.Name.CONTRIBUTIONS).pk, FINDERS)
    page = flat(signed_in.get(address).content.decode())
    assert "right adds most: 8 answers right thanks to it, 0 answers wrong because of it." in page
    assert "Of 8 judged questions" in page and "every 2s" not in page
    assert flat(signed_in.get(f"{address}/found").content.decode()) in page
    first = signed_in.get(address).context["rows"][0]
    assert (first.expert, first.seconds) == (Expert.objects.get(source="org/right"), None)
    Finding.objects.update(problem="It broke.")
    assert "It broke." in signed_in.get(address).content.decode()
    Run.objects.update(status=Run.Status.RUNNING)
    assert "when the run has ended" in signed_in.get(address).content.decode()
