"""What tells checkpoints apart, and what waits for one."""

import hashlib
import json

import pytest
from django.utils import timezone

from webapp.accounts.models import Team
from webapp.execution.trying import submit_try
from webapp.experts.models import Expert
from webapp.queue.backlog import backlog
from webapp.runs.models import Generation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]

HUB = "somebody/some-model"


def test_a_setting_that_is_not_set_leaves_the_key_as_it_was_before_there_was_one() -> None:
    first = {
        "source": HUB,
        "revision": "",
        "max_model_len": None,
        "dtype": "auto",
        "trust_remote_code": False,
    }
    expert = Expert.objects.create(name="old", source=HUB)
    digest = hashlib.sha256(json.dumps(first, sort_keys=True).encode()).hexdigest()
    assert expert.engine_key == digest


@pytest.mark.parametrize(
    "setting", [{"quantization": "fp8"}, {"tensor_parallel_size": 2}, {"engine_seed": 1}]
)
def test_experts_whose_engines_differ_share_no_stay(setting: dict[str, int | str]) -> None:
    plain = Expert.objects.create(name="plain", source=HUB)
    other = Expert.objects.create(name="other", source=HUB, **setting)
    assert plain.engine_key != other.engine_key


def test_what_waits_for_an_expert_follows_its_settings(team: Team) -> None:
    expert = Expert.objects.create(name="one", source=HUB)
    submit_try(team, None, expert, "What is 1+1?")
    done = submit_try(team, None, expert, "What is 1+2?")
    Generation.objects.filter(run=done).update(status="done", finished=timezone.now())
    served = expert.engine_key
    expert.dtype = "float16"
    expert.save()
    assert expert.engine_key != served
    assert [entry.engine_key for entry in backlog()] == [expert.engine_key]
    assert Generation.objects.get(run=done).engine_key == served
