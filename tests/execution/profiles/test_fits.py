"""What recruiting reads of a profile's evidence is fitted once, by a worker, and kept."""

import pickle

import pytest

from moe_core.recruiters import recruit
from moe_core.recruitment import Asked
from webapp.execution.plans import profile_behind
from webapp.execution.profiles import fits
from webapp.execution.profiles.fits import NotFitted
from webapp.queue import events
from webapp.runs.models import Profile, ProfileFit, Run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_in_memory() -> None:
    profile_behind.cache_clear()


def test_a_run_fits_what_its_pages_read(ours_run: Run) -> None:
    row = ProfileFit.objects.get()
    assert row.ready and row.profile == ours_run.profile
    found = profile_behind(ours_run.pk, with_evidence=True)
    row.refresh_from_db()
    again = fits.fitted(row.profile, list(ours_run.experts()))
    vector = found.observed.vectors[0]
    for asked in (Asked(["sums"], vector), Asked([], None)):
        one, other = (recruit("ours", of, asked, 2, "seed") for of in (found, again))
        assert one.seats == other.seats
        assert {e: dict(of) for e, of in one.scores.items()} == {
            e: dict(of) for e, of in other.scores.items()
        }
    assert "forecast" in vars(found), "it is read, and not fitted again"


def test_a_run_of_before_is_fitted_by_a_worker_on_first_asking(
    ours_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    ProfileFit.objects.all().delete()
    woken: list[tuple[str, int]] = []
    monkeypatch.setattr(events, "wake", lambda task, pk: woken.append((task, pk)))
    for _ in range(2):
        with pytest.raises(NotFitted):
            profile_behind(ours_run.pk, with_evidence=True)
    row = ProfileFit.objects.get()
    assert woken == [(fits.TASK, row.pk)], "it is asked for once"
    fits.find(row.pk)
    assert profile_behind(ours_run.pk, with_evidence=True).evidence is not None


@pytest.mark.parametrize("moved", ["seq", "code"])
def test_what_was_fitted_of_something_else_is_fitted_anew(ours_run: Run, moved: str) -> None:
    row = ProfileFit.objects.get()
    was = getattr(row, moved)
    setattr(row, moved, 0 if moved == "seq" else "older")
    row.save()
    with pytest.raises(NotFitted):
        profile_behind(ours_run.pk, with_evidence=True)
    row.refresh_from_db()
    assert not row.ready and row.fitted is None and getattr(row, moved) == was


def test_what_cannot_be_fitted_is_not_tried_again_and_again(
    recorded_profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    experts = list(recorded_profile.pool.experts.all())
    with pytest.raises(NotFitted):
        fits.stored(recorded_profile, experts)

    def lost(*_: object, **__: object) -> None:
        raise LookupError("question 1 is not embedded")

    monkeypatch.setattr(fits, "evidence_of", lost)
    fits.find(ProfileFit.objects.get().pk)
    with pytest.raises(LookupError, match="question 1"):
        fits.stored(recorded_profile, experts)
    assert fits.waiting() == []


def test_nothing_but_our_own_values_is_made_of_what_is_kept(ours_run: Run) -> None:
    ProfileFit.objects.update(fitted=pickle.dumps(print))
    with pytest.raises(pickle.UnpicklingError, match=r"builtins\.print"):
        profile_behind(ours_run.pk, with_evidence=True)
