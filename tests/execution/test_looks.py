"""What answers look like counts in a run's vote where its profile is of the same benchmark, or as
somebody says."""

import pytest
from django.test import Client

from moe_core.aggregation import WRITERS
from tests.api.conftest import Program
from tests.pages.reading import flat
from tests.recorded.logs import done
from webapp.accounts.models import Team, Token, User
from webapp.execution.plans import plan_of
from webapp.execution.settings import chosen_again, settings_of
from webapp.execution.start import submit_run
from webapp.pages.comparison.settings import different
from webapp.questions.models import QuestionSet
from webapp.runs.models import Profile, Run
from webapp.runs.titles import apart

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


@pytest.mark.parametrize(
    ("profiled", "answered", "asked", "counts"),
    [
        ("", "", None, False),  # nobody knows how either was made
        ("mmlu-pro", "mmlu-pro", None, True),
        ("mmlu-pro", "gpqa", None, False),
        ("mmlu-pro", "", None, False),
        ("mmlu-pro", "gpqa", True, True),
        ("mmlu-pro", "mmlu-pro", False, False),
    ],
)
def test_where_they_count(
    team: Team, recorded_profile: Profile, test_set: QuestionSet,
    profiled: str, answered: str, asked: bool | None, counts: bool,
) -> None:  # fmt: skip
    QuestionSet.objects.filter(pk=recorded_profile.question_set_id).update(benchmark=profiled)
    QuestionSet.objects.filter(pk=test_set.pk).update(benchmark=answered)
    run = submit_run(
        team, None, pool=recorded_profile.pool, questions=QuestionSet.objects.get(pk=test_set.pk),
        recruiter="ours", writer="calibrated", looks=asked,
    )  # fmt: skip
    assert (run.looks, run.counts_looks, plan_of(run.pk)("x").looks) == (counts,) * 3
    again = chosen_again(team, settings_of(run))
    assert again["looks"] is counts, "a run that repeats it does as it did"
    assert Run(writer="calibrated").counts_looks, "runs of before keep theirs"
    assert [name for name, of in WRITERS.items() if of.reads_looks] == ["calibrated"]
    assert not Run(writer="majority").counts_looks


def test_it_is_set_and_shown_everywhere(
    signed_in: Client, user: User, team: Team, recorded_profile: Profile, test_set: QuestionSet
) -> None:
    pool = recorded_profile.pool
    program = Program(Token.create(user)[1])
    chosen = {"pool": pool.pk, "question_set": test_set.pk}
    asked = chosen | {"recruiter": "ours", "writer": "calibrated", "looks": True}
    _, started = program.post("/runs", asked)
    with_looks = done(Run.objects.get(pk=started["id"]))
    form = chosen | {"method": "skill-moe", "recruiter": "ours", "writer": "calibrated", "k": 3}
    assert signed_in.post("/runs/new", form | {"seed": 0, "looks": "False"}).status_code == 302
    without = done(Run.objects.latest("pk"))
    assert (with_looks.counts_looks, without.counts_looks) == (True, False)
    assert program.get(f"/runs/{with_looks.pk}")[1]["looks"] is True
    assert program.get(f"/runs/{without.pk}")[1]["looks"] is False
    for run, said in ((with_looks, "count <span"), (without, "do not count<")):
        page = flat(signed_in.get(run.get_absolute_url()).text)
        assert f"<dt>Looks of answers</dt><dd>{said}" in page
        assert "Does routing pay here?" in page
        answer = run.answers.order_by("pk")[0]
        page = signed_in.get(answer.get_absolute_url()).text
        assert ("Looks of the answer" in page) == run.counts_looks
    assert without.differs == "without looks"
    told = [setting.values for setting in different([with_looks, without])]
    assert told == [("count", "do not count")]
    assert apart([with_looks, without])[without.pk] == "without looks"
    like = signed_in.get("/runs/new", {"like": with_looks.pk})
    assert like.context["form"]["looks"].value() is True
    assert '<option value="True" selected>count</option>' in like.text
