"""What is best for a pool: worked out once, kept, offered to whoever starts a run."""

import pytest
from django.test import Client

from tests.api.conftest import Program
from tests.conftest import MakeSet, Messages
from tests.findings.working import work
from tests.pages.reading import flat
from tests.recorded.logs import rows, take
from webapp.accounts.models import Team, Token, User
from webapp.execution.advance import advance_run
from webapp.execution.start import submit_profile
from webapp.experts.models import Pool
from webapp.findings import asking, tasks
from webapp.findings.pools import ways
from webapp.questions.models import QuestionSet
from webapp.runs.models import Finding, Profile, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def profiled(team: Team, validation: QuestionSet, test_set: QuestionSet) -> Profile:
    """Of three recorded experts one is always right, one always wrong, one says nothing."""
    take(team, validation, rows(validation))
    pool = take(team, test_set, rows(test_set)).pool
    run = submit_profile(team, None, pool, validation)
    advance_run(run.pk)
    return Profile.objects.get()


@pytest.fixture
def profile(team: Team, question_set: MakeSet, test_set: QuestionSet) -> Profile:
    return profiled(team, question_set("validation", 24), test_set)


def test_it_is_found_by_a_worker_and_kept(profile: Profile, nobody_listens: Messages) -> None:
    kept = ways.ask(profile)
    assert kept is not None and not kept.ready
    assert [offered.offer for offered in ways.offers(profile, kept)] == ["paper"]
    ways.ask(profile)
    asked = [message for message in nobody_listens if asking.TASK in str(message)]
    assert len(asked) <= 1, "it is asked for once"
    work(Finding.Name.WAYS)
    kept = ways.ask(profile)
    assert kept is not None and kept.ready and kept.found["questions"] == 24
    best = kept.found["ways"][0]
    assert (kept.found["best"], best["method"], best["accuracy"]) == ("single", "single", 100.0)
    assert best["low"] < 100 and best["high"] == 100 and list(best["asked"].values()) == [1.0]
    assert best["over"]["three-best"]["points"] == 0 < best["over"]["three-best"]["half"]
    assert (kept.found["pays"], kept.found["measured"]) == ("untold", False)
    assert kept.found["answer"].startswith("These 24 questions do not tell: 0.0 ± ")
    Run.objects.filter(kind="profile").update(event_seq=99)  # graded again
    moved = ways.ask(profile)
    assert moved is not None and not moved.ready


def test_every_profile_is_asked_about_by_itself(profile: Profile) -> None:
    tasks.find_all()
    assert Finding.objects.get(name=Finding.Name.WAYS).profile == profile


def test_a_new_run_offers_it(signed_in: Client, profile: Profile, test_set: QuestionSet) -> None:
    chosen = {"pool": profile.pool_id, "question_set": test_set.pk}
    before = flat(signed_in.get("/runs/new", chosen).text)
    assert "is being worked out on the profile's questions" in before.replace("&#x27;", "'")
    assert "that will then be what is best" in before and 'id="pays"' not in before
    assert signed_in.get("/runs/offers", chosen | {"waits": 1}).status_code == 204
    work(Finding.Name.WAYS)
    waited: dict[str, int | str] = {**chosen, "waits": 1, "offer": "paper"}
    assert signed_in.get("/runs/offers", waited).context["offers"].chosen == "paper", "as chosen"
    found = signed_in.get("/runs/offers", {**waited, "preselected": "yes"})
    assert found.context["offers"].chosen == "best", "nobody has chosen"
    page = signed_in.get("/runs/new", chosen)
    offers = page.context["offers"]
    assert offers.chosen == "best" and [one.offer for one in offers.shown] == list(ways.Offer)
    paper, best, cheapest = offers.shown
    assert (paper.costs.generations, best.costs.generations) == (24, 8)
    assert best.costs.is_recorded and cheapest.same_as == best.title
    text = flat(page.text)
    assert "Does routing pay here? <strong>These 24 questions do not tell: 0.0 ± " in text
    assert f"/pools/{profile.pool_id}/routing?profile={profile.pk}" in text
    assert "<strong>100.0 %</strong> right in validation (86 to 100)" in text
    assert "8 generations of 1 expert, all recorded: nothing is generated." in text
    assert '<details class="mb-3" id="own-settings">' in text, "the rest is folded"
    form = chosen | {"method": "skill-moe", "k": 2, "seed": 0, "writer": "majority"}
    for offer, method, k in (
        ("best", "single", 1),
        ("paper", "skill-moe", 3),
        ("", "skill-moe", 2),
    ):
        assert signed_in.post("/runs/new", form | {"offer": offer}).status_code == 302
        run = Run.objects.latest("pk")
        assert (run.method, run.k) == (method, k)
    shown = signed_in.post("/runs/new", form | {"offer": "best", "act": "show"})
    assert shown["Location"].endswith("&offer=best")
    assert signed_in.get(shown["Location"]).context["offers"].chosen == "best"
    like = signed_in.get("/runs/new", {"like": run.pk})
    assert like.context["offers"].chosen == "" and 'id="own-settings" open' in flat(like.text)


def test_of_few_questions_nothing_is_said(
    signed_in: Client, team: Team, validation: QuestionSet, test_set: QuestionSet
) -> None:
    profile = profiled(team, validation, test_set)
    ways.ask(profile)
    work(Finding.Name.WAYS)
    chosen = {"pool": profile.pool_id, "question_set": test_set.pk}
    page = signed_in.get("/runs/new", chosen)
    assert [one.offer for one in page.context["offers"].shown] == ["paper"]
    assert "only 12 validation questions have a gold answer and were asked" in flat(page.text)
    form = chosen | {"method": "skill-moe", "k": 2, "seed": 0, "writer": "majority"}
    refused = signed_in.post("/runs/new", form | {"offer": "best"})
    assert refused.status_code == 422 and "not known yet" in refused.text


def test_programs_read_it(profile: Profile, user: User) -> None:
    program = Program(Token.create(user)[1])
    address = f"/pools/{profile.pool_id}/ways"
    status, told = program.get(address)
    assert (status, told["ready"], told["ways"]) == (200, False, [])
    work(Finding.Name.WAYS)
    status, told = program.get(address)
    assert (told["ready"], told["best"], told["questions"]) == (True, "single", 24)
    assert {way["name"] for way in told["ways"]} >= {"single", "paper", "ours", "three-best"}
    assert told["pays"] == "untold" and told["answer"].startswith("These 24 questions")
    assert program.get(f"{address}?profile={profile.pk}") == (status, told)
    other = Pool.objects.create(team=profile.team, name="Other")
    status, refused = program.get(f"/pools/{other.pk}/ways?profile={profile.pk}")
    assert status == 404 and "belongs to Logs, not to Other" in str(refused)
    Profile.objects.all().update(ready=False)
    assert program.get(address)[0] == 404
