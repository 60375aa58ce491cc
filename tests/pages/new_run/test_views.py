"""A new run in the browser: started, refused, and its routing awaited."""

import pytest
from django.test import Client

from tests.conftest import MakeSet, Messages
from tests.pages.reading import flat
from tests.planning.previewing import Form, page_of, show
from webapp.accounts.models import Team
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.planning import tasks
from webapp.questions.models import QuestionSet
from webapp.runs.models import Generation, Preset, Preview, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("woken")]


def test_the_page_waits_for_the_worker(signed_in: Client, form: Form, woken: Messages) -> None:
    sent = form | {"method": "all-experts", "act": "show"}
    page = signed_in.post("/runs/new", sent, follow=True).content.decode()
    preview = Preview.objects.get()
    assert woken == [("runs.preview", preview.pk)]
    assert f'hx-get="/runs/previews/{preview.pk}"' in page and "drawing their seats" in page
    assert signed_in.get(f"/runs/previews/{preview.pk}").status_code == 204
    tasks.preview(preview.pk)
    part = flat(signed_in.get(f"/runs/previews/{preview.pk}").content.decode())
    assert "hx-get" not in part and "reads no skills" in part
    assert part.strip() in page_of(signed_in, preview)
    assert not Run.objects.exists() and not Generation.objects.exists()


def test_what_would_be_refused_is_not_shown(signed_in: Client, form: Form) -> None:
    answer = signed_in.post("/runs/new", form | {"recruiter": "paper", "act": "show"})
    assert answer.status_code == 422
    assert "has no profile yet" in answer.content.decode()
    assert not Preview.objects.exists()


def test_what_is_another_teams_is_not_there(
    signed_in: Client, team: Team, pool: Pool, form: Form
) -> None:
    preview = show(signed_in, form | {"method": "all-experts"})
    preset = Preset.objects.create(team=team, name="Mine", settings={})
    run = submit_run(
        pool.team, None, pool=pool, questions=QuestionSet.objects.get(), method="all-experts"
    )
    assert signed_in.get("/runs/new", {"like": run.pk}).status_code == 200
    Team.objects.create(name="Others")
    for row in (preview, preset, run):
        row.team = Team.objects.get(name="Others")
        row.save()
    for name, theirs in {"preview": preview, "preset": preset, "like": run}.items():
        assert signed_in.get("/runs/new", {name: theirs.pk}).status_code == 404
    assert signed_in.get(f"/runs/previews/{preview.pk}").status_code == 404
    assert signed_in.post(f"/runs/presets/{preset.pk}/delete").status_code == 404
    assert Preset.objects.exists()
    own = show(signed_in, form | {"method": "all-experts"})
    assert "→" not in page_of(signed_in, own, preview)


@pytest.mark.parametrize("nonsense", ["x", "-1", "9" * 30, "", "\0", "\uff11"])
def test_nonsense_in_the_address(signed_in: Client, nonsense: str) -> None:
    for name in ("preset", "preview", "like", "before", "pool"):
        page = signed_in.get("/runs/new", {name: nonsense})
        assert page.status_code == 200 and "Choose, then show the routing" in page.content.decode()


def test_starting_a_run(signed_in: Client, pool: Pool, question_set: MakeSet) -> None:
    questions = question_set()
    given = {"question_set": questions.pk, "pool": pool.pk, "method": "all-experts", "k": 3,
             "seed": 7, "writer": "majority", "title": " Of  seven "}  # fmt: skip
    page = signed_in.post("/runs/new", given, follow=True)
    run = Run.objects.get()
    assert (run.seed, run.status, run.created_by) == (7, "running", run.created_by)
    assert f"<h1>Run {run.pk}: Of seven</h1>" in page.content.decode().replace("\n", "")


def test_what_is_refused(signed_in: Client, pool: Pool, question_set: MakeSet) -> None:
    given = {"question_set": question_set().pk, "pool": pool.pk, "method": "skill-moe", "k": 3,
             "seed": 0, "writer": "decided"}  # fmt: skip
    page = signed_in.post("/runs/new", given)
    assert page.status_code == 422
    assert "has no profile yet: build one on a validation set first" in page.content.decode()
    page = signed_in.post("/runs/new", {**given, "k": 0})
    assert "greater than or equal to 1" in page.content.decode()
    assert not Run.objects.exists()
