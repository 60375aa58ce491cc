"""Experts and pools: the API agrees with the forms of the pages."""

from pathlib import Path
from typing import Any

import pytest

from moe_core.engine import Endpoint
from tests.api.conftest import Program, Things
from tests.conftest import DEMO
from webapp.accounts.models import Team, Token, User
from webapp.experts.models import Expert, Pool
from webapp.runs.models import Profile

pytestmark = pytest.mark.django_db

HUB = "somebody/something"
ENDPOINT = {"engine": "openai", "endpoint": "http://127.0.0.1:8001/v1"}


def refused(answer: tuple[int, Any]) -> dict[str, str]:
    """Messages by field."""
    status, said = answer
    assert status == 422, said
    return {error.get("field", ""): error["message"] for error in said["errors"]}


def test_adding_an_expert(program: Program) -> None:
    given = {
        "name": "New",
        "source": str(DEMO / "experts" / "tiny-01"),
        "max_model_len": 1024,
        "temperature": 1,
        "chat_template_options": {"enable_thinking": False, "depth": [1.5, {"ü": None}]},
        "stop_strings": ["\nQuestion:", " "],
        "quantization": "fp8",
        "tensor_parallel_size": 2,
        "engine_seed": 5,
    }
    status, said = program.post("/experts", given)
    assert status == 201
    assert program.get(f"/experts/{said['id']}") == (200, said)
    assert program.get("/experts") == (200, {"items": [said], "next": None})
    assert given.items() <= said.items()
    assert (said["engine"], said["max_new_tokens"], said["dtype"]) == ("vllm", 4096, "auto")
    assert (said["licence"], said["parameters"], said["made_for"]) == ("", 172_480, 1024)
    assert Expert.objects.get().chat_template_options == given["chat_template_options"]


def test_adding_an_endpoint(program: Program) -> None:
    given = ENDPOINT | {
        "name": "Far",
        "source": "/some/model",
        "key_variable": "FAR_API_KEY",
        "concurrency": 3,
        "timeout_seconds": 20,
        "stop_strings": ["###"],
    }
    status, said = program.post("/experts", given)
    assert (status, said | given) == (201, said)
    checkpoint = Expert.objects.get().checkpoint
    assert checkpoint == Endpoint(
        ENDPOINT["endpoint"], "/some/model", "FAR_API_KEY", 3, 20, "</think>"
    )


def test_an_expert_with_nothing_but_name_and_source_is_as_the_page_has_it(
    program: Program,
) -> None:
    status, said = program.post("/experts", {"name": " New ", "source": HUB})
    assert status == 201
    made, default = Expert.objects.get(), Expert(name="New", source=HUB)
    kept = [f.name for f in Expert._meta.concrete_fields if f.name not in {"id", "created"}]
    default.engine_key = made.engine_key
    assert {f: getattr(made, f) for f in kept} == {f: getattr(default, f) for f in kept}
    assert said["name"] == "New"


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"name": ""}, "name", "at least 1"),
        ({"name": "  "}, "name", "match"),
        ({"name": "\u001c"}, "name", "required"),
        ({"name": "x" * 101}, "name", "at most 100"),
        ({"source": "/nowhere/at/all"}, "source", "no folder"),
        ({"source": "x" * 501}, "source", "at most 500"),
        ({"source": "demo/experts/none"}, "source", "neither a folder here nor a hub id"),
        ({"source": "demo/experts/tiny-01", "max_model_len": 2048}, "max_model_len", "most 1024"),
        ({"chat_template_options": {"tools": []}}, "chat_template_options", "Leave out tools"),
        ({"quantization": "int3"}, "quantization", "vLLM knows no int3"),
        ({"trust_remote_code": True}, "revision", "Pin a revision"),
        ({"trust_remote_code": "yes"}, "trust_remote_code", "boolean"),
        ({"temperature": 2.1}, "temperature", "less than or equal to 2"),
        ({"temperature": "hot"}, "temperature", "valid number"),
        ({"max_model_len": 15}, "max_model_len", "16"),
        ({"max_new_tokens": 0}, "max_new_tokens", "1"),
        ({"max_new_tokens": 2**31}, "max_new_tokens", "less than"),
        ({"dtype": "int4"}, "dtype", "'auto'"),
        ({"chat_template_options": [1]}, "chat_template_options", "dictionary"),
        ({"stop_strings": "###"}, "stop_strings", "list"),
        ({"stop_strings": ["a", ""]}, "stop_strings.1", "at least 1"),
        ({"tensor_parallel_size": 0}, "tensor_parallel_size", "greater than or equal to 1"),
        ({"engine_seed": -1}, "engine_seed", "greater than or equal to 0"),
        ({"engine": "recorded"}, "engine", "'vllm' or 'openai'"),
        ({"endpoint": "http://127.0.0.1/v1"}, "endpoint", "Only an OpenAI-compatible endpoint"),
        (ENDPOINT | {"endpoint": ""}, "endpoint", "Give the server's address"),
        (ENDPOINT | {"endpoint": "127.0.0.1/v1"}, "endpoint", "such as http"),
        (ENDPOINT | {"endpoint": "file:///etc/passwd"}, "endpoint", "such as http"),
        (ENDPOINT | {"endpoint": "http://me:secret@host/v1"}, "endpoint", "from the environment"),
        (ENDPOINT | {"endpoint": "http://host/v1?key=secret"}, "endpoint", "from the environment"),
        (ENDPOINT | {"key_variable": "sk-abcdef"}, "key_variable", "never the key itself"),
        (ENDPOINT | {"key_variable": "SKILLMOE_SECRET_KEY"}, "key_variable", "ends in API_KEY"),
        (ENDPOINT | {"concurrency": 0}, "concurrency", "greater than or equal to 1"),
        (ENDPOINT | {"timeout_seconds": 0}, "timeout_seconds", "greater than or equal to 1"),
        (ENDPOINT | {"dtype": "float16"}, "dtype", "The server decides this"),
        (ENDPOINT | {"trust_remote_code": True}, "trust_remote_code", "The server decides this"),
        (ENDPOINT | {"max_model_len": 512}, "max_model_len", "The server decides this"),
        ({"team": 1}, "team", "no such field"),
    ],
)
def test_experts_that_cannot_be(
    program: Program, wrong: dict[str, Any], field: str, words: str
) -> None:
    told = refused(program.post("/experts", {"name": "New", "source": HUB} | wrong))
    assert words in told[field]
    assert not Expert.objects.exists()


def test_a_relative_path_begins_in_the_repository(program: Program) -> None:
    status, said = program.post("/experts", {"name": "New", "source": "demo/experts/tiny-01"})
    assert (status, said["source"]) == (201, str(DEMO / "experts" / "tiny-01"))


def test_two_experts_of_one_name(program: Program) -> None:
    assert program.post("/experts", {"name": "New", "source": HUB})[0] == 201
    assert (
        "take another" in refused(program.post("/experts", {"name": "New", "source": HUB}))["name"]
    )


def test_a_folder_that_is_no_checkpoint(program: Program, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")
    told = refused(program.post("/experts", {"name": "New", "source": str(tmp_path)}))
    assert told["source"]


def test_what_an_expert_is_good_at(program: Program, things: Things) -> None:
    expert = things.recorded
    things.profile.cells.create(expert=expert, skill="sets", right=0, wrong=2)
    things.profile.cells.create(expert=expert, skill="logic", right=5, wrong=0)
    expected = {
        "expert": expert.pk,
        "profile": things.profile.pk,
        "cells": [
            {"skill": "logic", "right": 5, "wrong": 0, "score": 5},
            {"skill": "algebra", "right": 3, "wrong": 1, "score": 2},
            {"skill": "sets", "right": 0, "wrong": 2, "score": -2},
        ],
    }
    address = f"/experts/{expert.pk}/profile"
    assert program.get(address) == (200, expected)
    assert program.get(f"{address}?profile={things.profile.pk}") == (200, expected)


def test_the_newest_profile_that_is_ready_counts(program: Program, things: Things) -> None:
    expert, old = things.recorded, things.profile
    made = [
        Profile.objects.create(
            team=old.team, pool=old.pool, question_set=old.question_set, ready=ready
        )
        for ready in (True, False)
    ]
    for profile in made:
        profile.cells.create(expert=expert, skill="sets", right=1, wrong=0)
    address = f"/experts/{expert.pk}/profile"
    assert program.get(address)[1]["profile"] == made[0].pk
    status, said = program.get(f"{address}?profile={made[1].pk}")
    assert (status, "still being built" in said["message"]) == (404, True)


def test_experts_without_a_profile(program: Program, things: Things, stranger: Program) -> None:
    expert = things.pool.experts.all()[0]
    status, said = program.get(f"/experts/{expert.pk}/profile")
    assert (status, "POST /profiles" in said["message"]) == (404, True)
    things.profile.cells.create(expert=expert, skill="sets", right=1, wrong=0)
    assert program.get(f"/experts/{expert.pk}/profile")[0] == 200
    assert stranger.get(f"/experts/{expert.pk}")[0] == 200  # the installation's
    assert stranger.get(f"/experts/{expert.pk}/profile")[0] == 404
    theirs = stranger.get(f"/experts/{expert.pk}/profile?profile={things.profile.pk}")
    assert (theirs[0], theirs[1]["errors"][0]["field"]) == (404, "profile")


def test_making_a_pool(program: Program, things: Things, team: Team) -> None:
    annotator = things.pool.annotator
    assert annotator
    given = {
        "name": "Mixed",
        "experts": [things.recorded.pk, annotator.pk, annotator.pk],
        "annotator": annotator.pk,
        "aggregators": [annotator.pk],
    }
    status, said = program.post("/pools", given)
    assert status == 201
    assert program.get(f"/pools/{said['id']}") == (200, said)
    assert said["experts"] == sorted({annotator.pk, things.recorded.pk})
    assert (said["annotator"], said["aggregators"]) == (annotator.pk, [annotator.pk])
    assert Pool.objects.get(pk=said["id"]).team == team
    assert [pool["name"] for pool in program.get("/pools")[1]["items"]] == ["Small", "Mixed"]


def test_a_pool_without_annotator(program: Program, things: Things) -> None:
    status, said = program.post("/pools", {"name": "Logs", "experts": [things.recorded.pk]})
    assert status == 201
    assert (said["annotator"], said["aggregators"]) == (None, [])


def test_pools_that_cannot_be(program: Program, things: Things) -> None:
    expert = things.recorded.pk
    told = refused(program.post("/pools", {"name": "Small", "experts": [expert]}))
    assert "already" in told["name"]
    assert refused(program.post("/pools", {"name": "New", "experts": []}))["experts"]
    told = refused(program.post("/pools", {"name": "New", "experts": [expert, "1"]}))
    assert "valid integer" in told["experts.1"]
    given = {"name": "New", "experts": [expert], "annotator": expert}
    assert refused(program.post("/pools", given))["annotator"]  # it can be asked nothing
    assert Pool.objects.count() == 1


@pytest.mark.parametrize("field", ["experts", "aggregators", "annotator"])
def test_experts_of_another_team_join_no_pool(
    stranger: Program, things: Things, field: str
) -> None:
    mine = things.pool.experts.all()[0].pk
    theirs = things.recorded.pk
    given: dict[str, Any] = {"name": "New", "experts": [mine]}
    given[field] = theirs if field == "annotator" else [theirs]
    status, said = stranger.post("/pools", given)
    assert (status, said["errors"][0]["field"]) == (404, field)
    assert not Pool.objects.filter(name="New").exists()


def test_two_teams_may_have_pools_of_one_name(stranger: Program, things: Things) -> None:
    expert = things.pool.experts.all()[0].pk
    assert stranger.post("/pools", {"name": "Small", "experts": [expert]})[0] == 201


def test_only_owners_add_experts(team: Team, things: Things) -> None:
    member = Program(Token.create(User.objects.create_user("person", team=team))[1])
    assert len(member.get("/experts")[1]["items"]) == 5
    status, said = member.post("/experts", {"name": "New", "source": HUB})
    assert (status, "ask whoever runs this installation" in said["message"]) == (403, True)
    assert not Expert.objects.filter(name="New").exists()
