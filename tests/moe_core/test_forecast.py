"""The forecast believes in specialists as far as the evidence goes."""

import numpy as np
import pytest

from moe_core import forecast
from moe_core.evidence import Evidence
from moe_core.forecast import SURE, Chances, Forecast
from moe_core.recruitment import Asked
from tests.moe_core.evidences import VECTORS, every, evidence, only


def chances(of: Evidence, *skills: str) -> Chances:
    """For one new question of each skill; "" for one of none."""
    return Forecast(of).chances([Asked([s] if s else [], VECTORS.get(s)) for s in skills])


def test_specialists_are_forecast_where_they_are_good() -> None:
    known = evidence({"ann": only("algebra"), "ben": only("law"), "kim": only("geometry")}, 30)
    right = chances(known, "algebra", "law", "geometry").right
    assert right.argmax(axis=1).tolist() == [0, 1, 2]
    assert (right.max(axis=1) > 0.8).all() and (np.sort(right)[:, :2] < 0.3).all()


def test_a_pool_without_specialists_is_forecast_by_strength() -> None:
    rng = np.random.default_rng(3)
    drawn = rng.random((60, 3)) < (0.7, 0.5, 0.3)
    rules = {name: (lambda place, _, c=c: bool(drawn[place, c])) for c, name in enumerate("abc")}
    found = chances(evidence(rules, 60), "algebra", "law")
    assert found.relative.argsort(axis=1).tolist() == [[2, 1, 0]] * 2
    assert np.abs(sum(found.deviations.values())).max() < 0.05


def test_the_parts_sum_to_the_chance() -> None:
    found = chances(evidence({"ann": every(2), "ben": only("law")}), "law", "algebra", "")
    total = found.strength + sum(found.deviations.values()) + found.question[:, None]
    assert found.right == pytest.approx(np.clip(total, SURE, 1 - SURE))
    assert ((found.right > 0) & (found.right < 1)).all()


def test_absent_responses_do_no_harm() -> None:
    gaps = evidence(
        {"ann": lambda place, of: None if place % 3 == 2 else of == "algebra", "ben": only("law")}
    )
    found = chances(gaps, "algebra", "law").right
    assert np.isfinite(found).all() and found[0, 0] > found[0, 1]
    assert np.isfinite(chances(evidence({"ann": lambda *_: None}), "law").right).all()


def test_more_questions_than_are_compared_with(monkeypatch: pytest.MonkeyPatch) -> None:
    known = evidence({"ann": only("algebra"), "ben": only("law")}, 90)
    whole = chances(known, "algebra", "law").relative
    monkeypatch.setattr(forecast, "MOST", 20)
    some = chances(known, "algebra", "law").relative
    assert some.argmax(axis=1).tolist() == [0, 1]
    assert (some != whole).all()
    assert some == pytest.approx(chances(known, "algebra", "law").relative)


def test_all_skills_of_a_question_count() -> None:
    """Of a question of law and algebra both specialists know something, in either order."""
    fitted = Forecast(evidence({"ann": only("algebra"), "ben": only("law")}, 30))
    asked = [Asked(["algebra", "law"]), Asked(["law", "algebra"])]
    found = fitted.chances(asked).deviations["skills"]
    assert found[0] == pytest.approx(found[1])


def test_a_strength_is_shrunk_towards_the_pool() -> None:
    few = evidence({"ann": every(1), "ben": lambda place, _: False}, 2).strength
    many = evidence({"ann": every(1), "ben": lambda place, _: False}, 2000).strength
    assert 0.5 < few[0] < 0.6 and many[0] > 0.98


def test_without_questions_nobody_is_better() -> None:
    none = evidence({"ann": every(1), "ben": every(2)}).only([])
    assert chances(none, "law").right == pytest.approx(0.5)


def test_one_question_and_one_expert() -> None:
    assert chances(evidence({"ann": every(1)}, 1), "law").right.shape == (1, 1)


def test_nothing_known_of_a_question_is_forecast_by_strength() -> None:
    found = chances(evidence({"ann": every(1), "ben": every(4)}, 30), "")
    assert found.right[0, 0] > found.right[0, 1]
