"""Endpoints against a real HTTP server: what is sent, what comes back, what goes wrong."""

import logging
import time
from collections.abc import Iterator

import pytest

from gpu_worker import endpoint_session
from gpu_worker.openai_engine import GONE, OpenAIEngine
from moe_core.annotations import SCHEMA
from moe_core.engine import Completion, Endpoint, EngineError, LoadStopped, Partial, Prompt
from moe_core.extraction import extract
from tests.gpu_worker.engines import collect, prompts, write_all
from tests.gpu_worker.http_server import Reply, SmallServer, refused, serving, written

KEY = "a-key-that-nobody-may-see"
VARIABLE = "SMALL_SERVER_API_KEY"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests have no time for many pauses."""
    monkeypatch.setattr(endpoint_session, "RETRIES", 1)


@pytest.fixture
def server() -> Iterator[SmallServer]:
    with serving(SmallServer()) as running:
        yield running


@pytest.fixture
def engine() -> Iterator[OpenAIEngine]:
    made = OpenAIEngine()
    try:
        yield made
    finally:
        made.unload()


def endpoint(server: SmallServer, **settings: object) -> Endpoint:
    return Endpoint(**{"address": server.address, "source": "small"} | settings)  # type: ignore[arg-type]


def test_what_is_sent_and_what_comes_back(engine: OpenAIEngine, server: SmallServer) -> None:
    engine.load(endpoint(server))
    plain = Prompt(5, "hello", 0.7, 20, 11)
    special = Prompt(6, "bye", 0.0, 30, 12, {"enable_thinking": False}, ("###", "\n\n"))
    done = write_all(engine, [plain, special])
    assert (done[5].text, done[6].text) == ("HELLO", "BYE")
    assert (done[5].prompt_tokens, done[5].tokens, done[5].finish_reason) == (7, 3, "stop")
    sent = {body["messages"][0]["content"]: body for body in server.asked}
    assert sent["hello"] == {
        "model": "small",
        "messages": [{"role": "user", "content": "hello"}],
        "temperature": 0.7,
        "max_tokens": 20,
        "seed": 11,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert sent["bye"]["stop"] == ["###", "\n\n"]
    assert sent["bye"]["chat_template_kwargs"] == {"enable_thinking": False}


def test_sampling_is_the_experts_and_else_the_servers(
    engine: OpenAIEngine, server: SmallServer
) -> None:
    engine.load(endpoint(server))
    asked = Prompt(5, "hello", None, 20, 11, sampling={"top_p": 0.9, "top_k": 3}, system="Be brief")
    assert write_all(engine, [asked])[5].text
    (sent,) = server.asked
    assert "temperature" not in sent and (sent["top_p"], sent["top_k"]) == (0.9, 3)
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]
    assert sent["messages"][0]["content"] == "Be brief"


def test_a_schema_is_asked_for_where_the_server_takes_it(
    engine: OpenAIEngine, server: SmallServer
) -> None:
    engine.load(endpoint(server))
    asked = Prompt(5, "hello", 0.7, 20, 11, schema=SCHEMA)
    assert write_all(engine, [asked])[5].text == "HELLO"
    assert server.asked[0]["response_format"]["type"] == "json_schema"
    assert server.asked[0]["response_format"]["json_schema"]["schema"] == SCHEMA
    server.reply = lambda _, times: refused(400, "no schemas") if times == 2 else written("free")
    done = write_all(engine, [asked])[5]
    assert (done.text, done.error) == ("free", "")
    assert ["response_format" in body for body in server.asked] == [True, True, False]
    server.reply = lambda *_: refused(400, "too long")
    assert "too long" in write_all(engine, [asked])[5].error


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_thinking_goes_before_the_content(
    engine: OpenAIEngine, server: SmallServer, name: str
) -> None:
    server.reply = lambda *_: written(r"So \boxed{42}.", **{name: r"Is it \boxed{1}?"})
    engine.load(endpoint(server, end_of_thinking="</think>"))
    (done,) = write_all(engine, prompts(["?"])).values()
    assert done.text == r"<think>Is it \boxed{1}?</think>So \boxed{42}."
    assert extract(done.text) == "42"
    engine.load(endpoint(server))  # without a delimiter nothing could tell the two apart
    (done,) = write_all(engine, prompts(["?"])).values()
    assert done.text == r"So \boxed{42}."


def test_the_limit_is_never_exceeded_and_is_used(engine: OpenAIEngine, server: SmallServer) -> None:
    server.seconds = 0.02
    engine.load(endpoint(server, concurrency=3))
    assert len(write_all(engine, prompts(f"prompt {n}" for n in range(30)))) == 30
    assert server.most_at_once == 3


def test_a_refusal_that_passes_is_retried(engine: OpenAIEngine, server: SmallServer) -> None:
    server.reply = lambda prompt, times: refused(429, "slow down") if times < 2 else written("yes")
    engine.load(endpoint(server))
    (done,) = write_all(engine, prompts(["please"])).values()
    assert (done.text, done.error, len(server.asked)) == ("yes", "", 2)


def test_a_prompt_that_is_refused_fails_alone(engine: OpenAIEngine, server: SmallServer) -> None:
    def reply(prompt: str, times: int) -> Reply:
        if prompt == "long":
            return refused(400, "This model's maximum context length is 10 tokens")
        return refused(500, "oops") if prompt == "cursed" else written("fine")

    server.reply = reply
    engine.load(endpoint(server))
    done = write_all(engine, prompts(["cursed", "long", "good", "better"]))
    assert "oops" in done[0].error and "context of 10 tokens" in done[1].error
    assert (done[2].text, done[3].text) == ("fine", "fine")
    (alone,) = write_all(engine, prompts(["cursed"])).values()
    assert "oops" in alone.error


def test_what_is_aborted_does_not_come_back(engine: OpenAIEngine, server: SmallServer) -> None:
    server.seconds = 0.3
    engine.load(endpoint(server, concurrency=2))
    engine.submit(prompts(f"prompt {n}" for n in range(20)))
    while not server.at_once:
        time.sleep(0.01)
    engine.abort(range(1, 20))
    assert [completion.id for completion in collect(engine, 1)] == [0]
    assert engine.poll(0.5) == []
    assert len(server.asked) <= 3  # what waited was never sent


def test_unloading_cancels_everything(engine: OpenAIEngine, server: SmallServer) -> None:
    server.seconds = 10
    engine.load(endpoint(server))
    engine.submit(prompts(f"prompt {n}" for n in range(20)))
    while not server.at_once:
        time.sleep(0.01)
    started = time.monotonic()
    engine.unload()
    assert time.monotonic() - started < 4, "of the ten seconds that the server takes"
    assert engine.poll(0) == []
    with pytest.raises(EngineError, match="no endpoint is loaded"):
        engine.submit(prompts(["?"]))


def test_a_server_that_goes_away_is_given_up_and_nothing_fails(
    engine: OpenAIEngine, server: SmallServer
) -> None:
    with serving(SmallServer()) as leaving:
        engine.load(endpoint(leaving))
        write_all(engine, prompts(["here"]))
    engine.submit(prompts(f"prompt {n}" for n in range(3 * GONE)))
    arrived = []
    with pytest.raises(EngineError, match="the endpoint fails: nobody answers"):
        while True:
            arrived += engine.poll(0.2)
    assert arrived == []
    with pytest.raises(EngineError, match="nothing answers at"):
        engine.load(endpoint(leaving))


def test_a_server_that_only_refuses_is_given_up(engine: OpenAIEngine, server: SmallServer) -> None:
    server.reply = lambda *_: refused(500, "out of memory")
    engine.load(endpoint(server))
    engine.submit(prompts(f"prompt {n}" for n in range(3 * GONE)))
    with pytest.raises(EngineError, match="out of memory"):
        collect(engine, 1)


def test_keys_come_from_the_environment_and_show_nowhere(
    engine: OpenAIEngine,
    server: SmallServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    server.key = KEY
    with pytest.raises(EngineError, match=f"variable {VARIABLE} is not set"):
        engine.load(endpoint(server, key_variable=VARIABLE))
    with pytest.raises(EngineError, match="wants a key"):
        engine.load(endpoint(server))
    monkeypatch.setenv(VARIABLE, KEY + "-wrong")
    with pytest.raises(EngineError, match=f"does not take the key in {VARIABLE}") as told:
        engine.load(endpoint(server, key_variable=VARIABLE))
    assert KEY not in str(told.value)
    monkeypatch.setenv(VARIABLE, KEY)
    engine.load(endpoint(server, key_variable=VARIABLE))
    assert write_all(engine, prompts(["?"]))[0].text == "?"
    assert KEY in server.keys and KEY not in caplog.text


def test_endpoints_that_cannot_be_used(engine: OpenAIEngine, server: SmallServer) -> None:
    with pytest.raises(EngineError, match="has no model 'big': it has other, small"):
        engine.load(endpoint(server, source="big"))
    with pytest.raises(EngineError, match=r"is the address right\? It mostly ends in /v1"):
        engine.load(endpoint(server, address=server.address.removesuffix("/v1")))
    with pytest.raises(EngineError, match="nothing answers at http"):
        engine.load(endpoint(server, address="http://127.0.0.1:9/v1"))


def test_stopping_waits_for_no_server(server: SmallServer) -> None:
    server.listing_seconds = 10
    started = time.monotonic()
    with pytest.raises(LoadStopped):
        OpenAIEngine(stopping=lambda: time.monotonic() - started > 0.1).load(endpoint(server))
    assert time.monotonic() - started < 4, "of the ten seconds that the server takes"


def streamed(engine: OpenAIEngine, **settings: object) -> tuple[list[Partial], Completion]:
    """What a try sees of its text as it comes, and the text."""
    engine.submit(prompts(["?"], streams=True, **settings))
    seen: list[Partial] = []
    until = time.monotonic() + 20
    while time.monotonic() < until:
        done = engine.poll(0.01)
        seen += engine.partials()
        if done:
            return seen, done[0]
    raise AssertionError(f"it did not end: {seen}")


def test_a_text_that_is_watched_comes_as_it_is_written(
    engine: OpenAIEngine, server: SmallServer
) -> None:
    server.reply = lambda *_: written("It is forty two.", reasoning_content="Is it one?")
    server.piece_seconds = 0.05
    engine.load(endpoint(server, end_of_thinking="</think>"))
    seen, done = streamed(engine)
    whole = "<think>Is it one?</think>It is forty two."
    assert done == Completion(0, whole, 7, 3, "stop")
    assert (
        len(seen) > 3 and seen[0].text.startswith("<think>Is") and seen[0].tokens < seen[-1].tokens
    )
    assert all(whole.startswith(partial.text) for partial in seen)
    assert server.asked[0]["stream"] and server.asked[0]["stream_options"]["include_usage"]
    server.counts = False
    assert streamed(engine)[1].tokens == 7, "about as many as there are pieces"


def test_a_server_that_does_not_stream_is_asked_for_the_whole(
    engine: OpenAIEngine, server: SmallServer
) -> None:
    engine.load(endpoint(server))
    server.streams = False
    _, done = streamed(engine)
    assert done == Completion(0, "?", 7, 3, "stop")
    assert len(server.asked) == 1, "what it sent in place of a stream is the answer"
    server.reply = lambda prompt, times: (
        refused(422, "stream_options: extra") if server.asked[-1].get("stream") else written("yes")
    )
    assert streamed(engine)[1].text == "yes"
    server.reply = lambda *_: refused(400, "the prompt is too long")
    assert "too long" in streamed(engine)[1].error


def test_a_stream_that_breaks_off_is_the_servers_trouble(
    engine: OpenAIEngine, server: SmallServer
) -> None:
    engine.load(endpoint(server))
    server.reply = lambda *_: written("It is forty two.")
    server.breaks_after = 2
    _, done = streamed(engine)
    assert "broke off" in done.error and not done.text


def test_a_watched_text_is_cancelled_at_once(engine: OpenAIEngine, server: SmallServer) -> None:
    server.reply = lambda *_: written("word " * 1000)
    server.piece_seconds = 0.02
    engine.load(endpoint(server))
    engine.submit(prompts(["?"], streams=True))
    until = time.monotonic() + 10
    while not engine.partials():
        assert time.monotonic() < until
        engine.poll(0.01)
    engine.abort([0])
    while not server.hung_up:
        assert time.monotonic() < until, "the server goes on"
        time.sleep(0.01)
    assert engine.poll(0.1) == []
