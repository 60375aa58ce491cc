"""GET /pools/{pool}/memory."""

import pytest

from tests.api.conftest import Program, Things
from webapp.experts.memory import GB
from webapp.experts.memory.fits import Verdict
from webapp.experts.models import Expert, Pool
from webapp.machine.gpus import Gpu

pytestmark = pytest.mark.django_db


def test_without_a_gpu(program: Program, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.queue.gpus.gpus", list)
    status, said = program.get(f"/pools/{pool.pk}/memory")
    assert status == 200
    places = [place["name"] for place in said["places"]]
    assert places == ["this machine's CPU", "24 GB", "48 GB", "80 GB", "141 GB"]
    assert len(said["experts"]) == 4
    for told in said["experts"]:
        assert told["sizes"] == "its own files" and told["verified"]
        assert 300_000 < told["weight_bytes"] < 1_000_000
        assert [fit["place"] for fit in told["fits"]] == places
        assert {fit["verdict"] for fit in told["fits"]} == {Verdict.FITS.value}
        assert {fit["tokens"] for fit in told["fits"]} == {1024}
        assert told["on_cpu"].startswith("computes in ") and "1 thread" in told["on_cpu"]
    assert (said["sleep_bytes"], said["sleepers"]) == (0, 0)


def test_on_a_gpu(program: Program, things: Things, monkeypatch: pytest.MonkeyPatch) -> None:
    card = Gpu(0, "A card", 24 * GB, 0, (8, 9), None, None)
    monkeypatch.setattr("webapp.queue.gpus.gpus", lambda: [card])
    monkeypatch.setattr("webapp.queue.gpus.is_cuda", lambda: True)
    known = Expert.objects.create(name="Known", source="meta-llama/Llama-3.1-8B-Instruct")
    unknown = Expert.objects.create(name="Unknown", source="somebody/something")
    things.pool.experts.set([known, unknown, things.recorded])
    _, said = program.get(f"/pools/{things.pool.pk}/memory")
    assert said["places"] == [{"name": "A card", "bytes": 24 * GB}]
    by_id = {told["expert"]: told for told in said["experts"]}
    assert things.recorded.pk not in by_id
    told = by_id[known.pk]
    assert (told["sizes"], told["cache_bytes_per_token"]) == (
        "published sizes, 2026-11-29",
        131_072,
    )
    (fit,) = told["fits"]
    assert fit["verdict"] == "fits with a shorter context"
    assert f"{fit['tokens']:,}" in fit["sentence"] and fit["at_once"] == 1
    assert told["on_cpu"] == ""
    told = by_id[unknown.pk]
    assert (told["sizes"], told["weight_bytes"]) == ("", 0)
    assert told["fits"][0]["verdict"] == "not known"
    assert (said["sleepers"], said["could_sleep"]) == (0, 1)
