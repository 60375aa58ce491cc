"""What experts without a seat said to a question elsewhere, on its page."""

import pytest
from django.test import Client

from tests.pages.reading import flat, words
from tests.recorded.logs import MODELS, done
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.runs.models import RecordedResponse

pytestmark = pytest.mark.django_db


def test_who_held_no_seat_and_what_they_said(
    recorded_pool: Pool, test_set: QuestionSet, signed_in: Client
) -> None:
    right, _wrong, silent = (recorded_pool.experts.get(source=model) for model in MODELS)
    everybody = done(
        submit_run(
            recorded_pool.team, None, pool=recorded_pool, questions=test_set, method="all-experts"
        )
    )
    page = flat(signed_in.get(everybody.answers.earliest("pk").get_absolute_url()).content.decode())
    assert "Experts without a seat" not in page, "all hold one"
    run = done(
        submit_run(
            recorded_pool.team, None, pool=recorded_pool, questions=test_set, method="all-experts",
            left_out=[right.pk, silent.pk],
        )
    )  # fmt: skip
    address = run.answers.earliest("pk").get_absolute_url()
    first = signed_in.get(address)
    (said, nothing) = first.context["unseated"].known
    assert (said.expert, said.is_right, said.run) == (right, True, everybody)
    assert (nothing.expert, nothing.stated, nothing.verdict) == (silent, None, "no answer")
    assert "was right: right ." in words(first.content.decode())
    assert f">{everybody.heading}<" in first.content.decode()
    everybody.delete()
    RecordedResponse.objects.filter(expert=silent).delete()
    found = signed_in.get(address).context["unseated"]
    assert [(one.expert, one.is_right, one.run) for one in found.known] == [(right, True, None)]
    assert found.unknown == [silent]
    RecordedResponse.objects.filter(expert=right).update(output="The answer is 3.")
    assert "None of the 1 that answered" in flat(signed_in.get(address).content.decode())
    RecordedResponse.objects.all().delete()
    assert "It is not known what they would" in flat(signed_in.get(address).content.decode())
