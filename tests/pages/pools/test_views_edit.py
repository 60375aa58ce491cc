"""Making a pool in the browser, and changing it."""

import pytest
from django.test import Client

from moe_core.benchmarks import BENCHMARKS
from tests.conftest import MakeSet, demo_expert
from tests.pages.reading import flat
from webapp.experts.models import Expert, Pool
from webapp.experts.presets import PRESETS
from webapp.runs.models import Profile, Run

pytestmark = pytest.mark.django_db


def test_making_and_editing_a_pool(signed_in: Client, pool: Pool) -> None:
    experts = [expert.pk for expert in pool.experts.all()]
    given = {
        "name": "Other",
        "experts": experts,
        "annotator": experts[0],
        "embedder": pool.embedder,
        "merging": "spelling",
    }
    signed_in.post("/pools/new", given)
    made = Pool.objects.get(name="Other")
    assert (made.experts.count(), made.team, made.merging) == (2, pool.team, "spelling")
    taken = signed_in.post("/pools/new", {**given, "name": "Small"})
    assert "There is a pool called Small already" in taken.content.decode()
    signed_in.post(f"/pools/{made.pk}/edit", {**given, "experts": experts[:1]})
    assert made.experts.count() == 1
    assert "Choose" not in signed_in.get(made.get_absolute_url()).content.decode()


def test_the_pool_form_is_filled_in(signed_in: Client) -> None:
    page = signed_in.get("/pools/new").content.decode()
    for benchmark in BENCHMARKS.values():
        assert f'<a href="?benchmark={benchmark.name}">{benchmark.title}</a>' in page
    assert signed_in.get("/pools/new?benchmark=mmlu").status_code == 404
    there = [
        Expert.objects.create(name=name, source=PRESETS[name].source)
        for name in ("Qwen2.5-7B", "R1-Distill-Qwen-7B", "Gemma-2-9B")
    ]
    answer = signed_in.get("/pools/new?benchmark=gpqa")
    page = flat(answer.content.decode())
    assert "Not added yet, and so not in the pool: Llama-3.1-8B, Mistral-Nemo-12B" in page
    assert "which annotates in the paper, is not there" not in page
    assert page.count(" checked") == 3 + 1
    form = answer.context["form"]
    assert set(form["experts"].value()) == {expert.pk for expert in there}
    given = {bound.name: bound.value() for bound in form}
    signed_in.post("/pools/new?benchmark=gpqa", given)
    made = Pool.objects.get()
    assert (made.name, made.experts.count()) == ("Paper, GPQA", 3)
    assert made.annotator == there[0]
    assert made.candidates() == [there[1]]


def test_the_pool_form_is_filled_in_for_a_gpu(signed_in: Client) -> None:
    there = [
        Expert.objects.create(name=name, source=PRESETS[name].source)
        for name in ("gpt-oss-20b", "Ministral-3-14B", "Gemma-2-9B")
    ]
    answer = signed_in.get("/pools/new?fit=24")
    page = flat(answer.content.decode())
    assert '<a href="?fit=24" aria-current="true">24 GB</a>' in page
    assert "not in the pool: Qwen3.5-9B, Gemma-4-12B" in page
    form = answer.context["form"]
    assert set(form["experts"].value()) == {there[0].pk, there[1].pk}
    assert (form["name"].value(), form["annotator"].value()) == ("24 GB", there[1].pk)
    assert form["aggregators"].value() == [there[0].pk]
    for wrong in ("16", "x", "24x"):
        assert signed_in.get(f"/pools/new?fit={wrong}").status_code == 404


def test_how_skills_are_named_and_counted_is_told_and_stays(
    signed_in: Client, pool: Pool, question_set: MakeSet
) -> None:
    page = flat(signed_in.get(pool.get_absolute_url()).content.decode())
    assert "kept apart (the paper)" in page and "held to a list" not in page
    given = {
        "name": pool.name, "experts": [expert.pk for expert in pool.experts.all()],
        "annotator": pool.annotator_id, "embedder": pool.embedder,
        "aggregators": [expert.pk for expert in pool.aggregators.all()],
        "merging": "spelling", "is_structured": "on",
    }  # fmt: skip
    assert signed_in.post(f"/pools/{pool.pk}/edit", given).status_code == 302
    page = flat(signed_in.get(pool.get_absolute_url()).content.decode())
    assert "number or spelling differ" in page and "held to a list as JSON" in page
    Profile.objects.create(team=pool.team, pool=pool, question_set=question_set("validation"))
    refused = signed_in.post(f"/pools/{pool.pk}/edit", given | {"merging": "apart"})
    assert "make another pool instead" in refused.content.decode()
    pool.refresh_from_db()
    assert pool.is_structured


def test_a_pool_in_use_says_so_before_its_form_is_filled_in(
    signed_in: Client, pool: Pool, question_set: MakeSet
) -> None:
    before = signed_in.get(f"/pools/{pool.pk}/edit").content.decode()
    assert "rest on this pool" not in before and " disabled" not in before
    made = Profile.objects.create(
        team=pool.team, pool=pool, question_set=question_set("validation")
    )
    page = flat(signed_in.get(f"/pools/{pool.pk}/edit").content.decode())
    assert "Profiles rest on this pool" in page and f"/pools/new?copy={pool.pk}" in page
    assert page.count(" disabled") > 4
    sent = {"name": "Renamed", "aggregators": []}  # a browser sends nothing of what is disabled
    assert signed_in.post(f"/pools/{pool.pk}/edit", sent).status_code == 302
    pool.refresh_from_db()
    assert (pool.name, pool.experts.count(), pool.aggregators.count()) == ("Renamed", 2, 0)
    Run.objects.create(team=pool.team, pool=pool, profile=made, kind="profile")
    assert "Runs are using this pool" in signed_in.get(f"/pools/{pool.pk}/edit").content.decode()


def test_a_pool_is_duplicated_by_the_form_of_a_new_one(signed_in: Client, pool: Pool) -> None:
    answer = signed_in.get(f"/pools/new?copy={pool.pk}")
    form = answer.context["form"]
    assert form["name"].value() == "Small (copy)" and "Duplicate Small" in answer.content.decode()
    given = {bound.name: bound.value() or "" for bound in form}
    signed_in.post(f"/pools/new?copy={pool.pk}", given)
    made = Pool.objects.get(name="Small (copy)")
    assert set(made.experts.all()) == set(pool.experts.all()) and made.annotator == pool.annotator
    assert signed_in.get("/pools/new?copy=99999").status_code == 404


@pytest.mark.usefixtures("nobody_listens")
def test_an_expert_is_replaced_and_the_new_pool_profiled(
    signed_in: Client, pool: Pool, question_set: MakeSet
) -> None:
    out, by = demo_expert("tiny-02"), demo_expert("tiny-03")
    questions = question_set("validation")
    link = f"/pools/{pool.pk}/replace?expert={out.pk}"
    assert link in signed_in.get(out.get_absolute_url()).content.decode()
    assert signed_in.get(link).context["form"]["expert"].value() == out.pk
    sent = {"expert": out.pk, "by": by.pk, "question_set": questions.pk}
    answer = signed_in.post(link, sent, follow=True)
    run = Run.objects.get()
    assert answer.redirect_chain[-1][0] == run.get_absolute_url() and run.reuses
    assert run.pool is not None and set(run.pool.experts.all()) == {demo_expert("tiny-01"), by}
    assert signed_in.post(link, {"expert": by.pk, "by": by.pk}).status_code == 422
    signed_in.post(link, {"expert": out.pk, "by": by.pk})
    assert Pool.objects.filter(name="Small with tiny-03 instead of tiny-02 2").exists()
    Expert.objects.filter(pk=by.pk).update(problem="It broke.")
    refused = signed_in.post(link, sent, follow=True).content.decode()
    assert "is made, but not profiled" in refused and "It broke." in refused
