"""Which differences are noise."""

from webapp.pages.profiles.tally import Change, Tally


def test_a_change_of_nothing_is_noise() -> None:
    assert Change(Tally(0, 0), Tally(5, 5)).words == "within noise"
    assert Change(Tally(50, 60), Tally(5, 60)).words == "worse"
