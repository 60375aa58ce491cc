"""The forecast believes in specialists as far as the evidence goes."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from moe_core import forecast
from moe_core.domains import domains_of
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


def with_domains(known: Evidence, of: Sequence[str | None]) -> Evidence:
    return replace(known, domains=domains_of(of, known.vectors, known.skills))


def test_specialists_of_a_domain_are_found_by_its_name_alone() -> None:
    """No skill and no text tells the questions apart; what they are called does."""
    of = ["law" if place % 2 else "maths" for place in range(60)]
    rules = {
        "ann": lambda place, _: place % 2 == 1 or place % 10 == 0,
        "ben": lambda place, _: place % 2 == 0 or place % 10 == 1,
    }
    known = with_domains(evidence(rules, 60, skills=()), of)
    found = Forecast(known).chances([Asked(category="law"), Asked(category="maths"), Asked()])
    assert found.right[:2].argmax(axis=1).tolist() == [0, 1]
    assert (np.abs(np.diff(found.deviations["domain"][:2])) > 0.5).all()
    assert np.abs(np.diff(found.deviations["domain"][2])) < 0.1, "of either as likely"
    assert list(found.deviations) == ["domain", "skills", "neighbours"]


def test_domains_cost_nothing_where_nobody_is_special() -> None:
    rng = np.random.default_rng(3)
    drawn = rng.random((90, 3)) < (0.7, 0.5, 0.3)
    rules = {name: (lambda place, _, c=c: bool(drawn[place, c])) for c, name in enumerate("abc")}
    known = with_domains(evidence(rules, 90, skills=()), [f"domain {n % 4}" for n in range(90)])
    found = Forecast(known).chances([Asked(category=f"domain {n}") for n in range(4)])
    assert found.relative.argsort(axis=1).tolist() == [[2, 1, 0]] * 4


def test_a_domain_that_is_easier_for_all_moves_nobody_s_rank() -> None:
    """Ann is right on all easy questions and half of the hard ones, ben on half and on none."""
    known = evidence({"ann": every(1), "ben": lambda place, _: place % 2 == 0}, 80, skills=())
    right = known.right.copy()
    right[40:] = [[1, 0], [0, 0]] * 20  # the second domain is harder for both
    found = with_domains(replace(known, right=right), ["easy"] * 40 + ["hard"] * 40)
    of = Forecast(found).chances([Asked(category="easy"), Asked(category="hard")])
    assert of.question[0] > 0.15 and of.question[1] < -0.15
    assert (of.relative[:, 0] > of.relative[:, 1]).all()
    assert of.right == pytest.approx(np.array([[0.98, 0.5], [0.5, 0.02]]), abs=0.12)
