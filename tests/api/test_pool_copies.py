"""POST /pools/{pool}/copies."""

import pytest

from tests.api.conftest import Program
from tests.conftest import MakeSet, demo_expert
from webapp.experts.models import Pool
from webapp.runs.models import Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def test_a_pool_with_one_expert_in_anothers_place(
    program: Program, pool: Pool, question_set: MakeSet
) -> None:
    out, by = demo_expert("tiny-02"), demo_expert("tiny-03")
    given = {"name": "Second", "replace": out.pk, "by": by.pk}
    status, said = program.post(f"/pools/{pool.pk}/copies", given)
    assert (status, said["name"]) == (201, "Second")
    assert said["experts"] == sorted([demo_expert("tiny-01").pk, by.pk])
    assert said["annotator"] == pool.annotator_id and said["id"] != pool.pk
    status, said = program.post(f"/pools/{pool.pk}/copies", {})
    assert (status, said["name"]) == (201, "Small (copy)")
    questions = question_set("validation")
    for reuse in (True, False):
        wanted = {"pool": said["id"], "question_set": questions.pk, "reuse": reuse}
        _, started = program.post("/profiles", wanted)
        assert Run.objects.get(pk=started["run"]).reuses == reuse
    _, started = program.post("/profiles", wanted | {"part": "half"})
    _, told = program.get(f"/profiles/{started['id']}")
    assert (told["questions"], told["asked_fewer"]) == (4, {})
    assert program.post("/profiles", wanted | {"part": "third"})[0] == 422
    assert program.post("/profiles", wanted | {"part": "most"})[0] == 422


def test_what_cannot_be_replaced(program: Program, pool: Pool) -> None:
    inside, outside = demo_expert("tiny-01").pk, demo_expert("tiny-03").pk
    for given, words in (
        ({"replace": inside}, "Give `by` too"),
        ({"by": inside}, "is in Small already"),
        ({"replace": outside, "by": inside}, "is not in Small"),
        ({"replace": inside, "by": inside}, "is in Small already"),
        ({"name": "Small"}, "take another name"),
    ):
        status, said = program.post(f"/pools/{pool.pk}/copies", given)
        assert status == 422 and words in said["message"], said
    assert program.post(f"/pools/{pool.pk}/copies", {"replace": 10**9, "by": 10**9})[0] == 404
    assert Pool.objects.count() == 1
