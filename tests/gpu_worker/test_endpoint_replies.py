"""Replies of a real HTTP server that are no completions, and those that take their time."""

import json
import time
from collections.abc import Iterator

import pytest

from gpu_worker import endpoint_session
from gpu_worker.openai_engine import OpenAIEngine
from moe_core.engine import Completion, Endpoint, EngineError
from moe_core.thinking import part
from tests.gpu_worker.engines import prompts, write_all
from tests.gpu_worker.http_server import Raw, Reply, SmallServer, refused, serving, written

LOGIN = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>…</body></html>"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint_session, "FIRST_PAUSE", 0.01)


@pytest.fixture
def server() -> Iterator[SmallServer]:
    with serving(SmallServer()) as running:
        yield running


@pytest.fixture
def engine(server: SmallServer) -> Iterator[OpenAIEngine]:
    made = OpenAIEngine()
    made.load(Endpoint(server.address, "small", timeout_seconds=1))
    try:
        yield made
    finally:
        made.unload()


def ask(engine: OpenAIEngine, **settings: object) -> Completion:
    return write_all(engine, prompts(["?"], **settings))[0]


def choice(**parts: object) -> Reply:
    return 200, {"object": "chat.completion", "choices": [{"index": 0, **parts}]}


def events(*told: object) -> Raw:
    return Raw("".join(f"data: {json.dumps(one)}\n\n" for one in told) + "data: [DONE]\n\n")


def piece(content: str | None, finish: str | None = None, **delta: object) -> dict[str, object]:
    parts = {"delta": {"content": content, **delta}, "finish_reason": finish}
    return {"object": "chat.completion.chunk", "choices": [parts]}


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ((200, Raw(LOGIN, "text/html")), "a web page, which begins with “<!DOCTYPE html> <html"),
        ((200, Raw("Hello there", "text/plain")), "text that is no completion (“text/plain”)"),
        ((200, Raw("", "application/json")), "an empty reply"),
        ((200, Raw("data: oops\n\n")), "text that is no completion (“text/event-stream”)"),
        ((200, {"foo": 1}), """JSON that is no completion: “{"foo": 1}”"""),
        ((200, Raw("[1, 2]", "application/json")), "JSON that is no completion: “[1, 2]”"),
        ((200, {"choices": []}), """no completion: “{"choices": []}”"""),
        ((200, {"choices": [None]}), """no completion: “{"choices": [null]}”"""),
        ((200, {"choices": "none"}), """no completion: “{"choices": "none"}”"""),
        (choice(message=None, finish_reason="stop"), "no text: its content is null"),
        (choice(message={"content": None}, finish_reason="stop"), "ended with 'stop'"),
        ((200, events(piece(None, "stop"))), "no text: its content is null"),
        ((200, events()), "an empty reply"),
        ((200, events({"error": {"message": "out of memory"}})), "refused it: “out of memory”"),
        ((200, {"error": "no such model"}), "refused it: “no such model”"),
        ((200, {"error": {"code": 400, "message": "too hot"}}), "refused it (400): “too hot”"),
        ((500, Raw(LOGIN, "text/html")), "refused it (500): “a web page: Sign in”"),
        ((404, Raw("", "text/plain")), "refused it (404): it gives no reason"),
        (
            choice(message={"content": ""}, finish_reason="content_filter"),
            "the server's content filter withheld the answer",
        ),
        (
            choice(message={"tool_calls": [{"function": {"name": "look"}}]}, finish_reason="stop"),
            "called a tool (look) in place of an answer",
        ),
    ],
)  # fmt: skip
def test_what_is_no_completion_is_told_in_words(
    engine: OpenAIEngine, server: SmallServer, reply: Reply, said: str
) -> None:
    server.reply = lambda *_: reply
    done = ask(engine)
    assert said in done.error and not done.text
    assert "NoneType" not in done.error and "Error" not in done.error
    assert len(done.error) < 400


@pytest.mark.parametrize(
    ("told", "ours"),
    [("stop", "stop"), ("eos", "stop"), ("length", "length"), ("max_tokens", "length"),
     ("content_filter", "content_filter")],
)  # fmt: skip
def test_why_it_ended_is_kept_in_our_words(
    engine: OpenAIEngine, server: SmallServer, told: str, ours: str
) -> None:
    server.reply = lambda *_: choice(message={"content": "Yes"}, finish_reason=told)
    assert ask(engine).finish_reason == ours


def test_thinking_that_fills_the_limit_is_an_answer_that_was_cut_off(
    engine: OpenAIEngine, server: SmallServer
) -> None:
    server.reply = lambda *_: choice(message={"content": None}, finish_reason="length")
    assert ask(engine) == Completion(0, finish_reason="length")


def test_thinking_apart_that_was_cut_off_has_no_end(
    engine: OpenAIEngine, server: SmallServer
) -> None:
    engine.load(Endpoint(server.address, "small", end_of_thinking="</think>"))
    cut = {"content": None, "reasoning_content": "The answer is 1. Or"}
    server.reply = lambda *_: choice(message=cut, finish_reason="length")
    parted = part(ask(engine).text)
    assert (parted.thinking, parted.text, parted.is_finished) == ("The answer is 1. Or", "", False)


def test_a_reply_of_another_type_is_read_all_the_same(
    engine: OpenAIEngine, server: SmallServer
) -> None:
    stream = Raw(
        f": hello\nevent: message\n{events(piece('Y'), piece('es', 'stop'))}", "text/plain"
    )
    server.reply = lambda *_: (200, stream)
    assert (ask(engine).text, ask(engine).tokens) == ("Yes", 2)
    indented = Raw(json.dumps(written("Yes")[1], indent=2), "text/event-stream")
    server.reply = lambda *_: (200, indented)
    assert (ask(engine).text, ask(engine).tokens) == ("Yes", 3)


def test_a_server_with_another_context_is_asked_for_what_is_left(
    engine: OpenAIEngine, server: SmallServer
) -> None:
    def reply(prompt: str, _: int) -> Reply:
        most = server.asked[-1].get("max_tokens", 10)
        if prompt == "long":
            return refused(400, "request (300 tokens) exceeds the available context size (256)")
        if most > 56:
            return refused(
                400,
                f"maximum context length is 256 tokens. However, you requested {most + 200} tokens"
                f" (200 in the messages, {most} in the completion).",
            )
        return written("Yes")

    server.reply = reply
    assert ask(engine, max_tokens=100).text == "Yes"
    assert [body["max_tokens"] for body in server.asked] == [100, 56]
    (long,) = write_all(engine, prompts(["long"])).values()
    assert long.error.startswith(
        "the prompt of 300 tokens does not fit the server's context of 256"
    )


def test_a_context_may_be_told_with_any_status(engine: OpenAIEngine, server: SmallServer) -> None:
    figures = {"n_prompt_tokens": 1407, "n_ctx": 256}
    told = "the request exceeds the available context size. try increasing the context size"
    server.reply = lambda *_: (500, {"error": {"code": 500, "message": told, **figures}})
    assert "of 1,407 tokens does not fit the server's context of 256" in ask(engine).error


def test_a_context_that_the_server_tells_costs_no_refusal(
    engine: OpenAIEngine, server: SmallServer
) -> None:
    server.context = 100
    engine.load(Endpoint(server.address, "small"))
    assert ask(engine, max_tokens=100).text == "?"
    assert "max_tokens" not in server.asked[-1]
    assert ask(engine, max_tokens=99).text == "?"
    assert server.asked[-1]["max_tokens"] == 99


def test_what_it_refuses_is_left_out_for_the_session(
    engine: OpenAIEngine, server: SmallServer, caplog: pytest.LogCaptureFixture
) -> None:
    not_taken = {
        "max_tokens": " Use 'max_completion_tokens' instead.",
        "temperature": "",
        "seed": "",
    }

    def reply(*_: object) -> Reply:
        for name, more in not_taken.items():
            if name in server.asked[-1]:
                return refused(400, f"Unsupported parameter: '{name}' is not supported.{more}")
        return written("Yes")

    server.reply = reply
    assert ask(engine).text == "Yes"
    assert len(server.asked) == 4
    assert ask(engine).text == "Yes"
    assert len(server.asked) == 5, "it is remembered"
    assert server.asked[-1].keys() == {
        "model", "messages", "max_completion_tokens", "stream", "stream_options"
    }  # fmt: skip
    assert "small: it takes no temperature, which is left out: its own default" in caplog.text


def test_only_what_was_not_begun_is_asked_for_again(
    engine: OpenAIEngine, server: SmallServer
) -> None:
    server.reply = lambda _, times: refused(503, "busy") if times < 4 else written("Yes")
    assert ask(engine).text == "Yes"
    assert len(server.asked) == 4
    server.breaks_after, server.reply = 2, lambda *_: written("It is forty two.")
    broken = ask(engine)
    assert broken.error.startswith("its stream broke off after 2 tokens")
    assert len(server.asked) == 5, "what was long is not begun anew"


def test_a_server_says_itself_when_to_ask_again(engine: OpenAIEngine, server: SmallServer) -> None:
    server.retry_after = ("Retry-After", "1")
    server.reply = lambda _, times: refused(429, "slow down") if times < 2 else written("Yes")
    began = time.monotonic()
    assert ask(engine).text == "Yes"
    assert 1 <= time.monotonic() - began < 3
    server.retry_after, server.asked = ("Retry-After", "3600"), []
    server.reply = lambda *_: refused(429, "come back in an hour")
    assert "come back in an hour" in ask(engine).error
    assert len(server.asked) == 1, "nobody waits for an hour"


@pytest.mark.parametrize("seconds", [0.3, 5])
def test_the_limit_is_of_the_time_between_tokens(
    engine: OpenAIEngine, server: SmallServer, seconds: float
) -> None:
    server.reply = lambda *_: written("one two three four five six")
    server.piece_seconds = seconds
    done = ask(engine)
    if seconds < 1:
        assert done.text == "one two three four five six", "which took longer than the limit"
    else:
        assert "timed out: after 1 tokens no more came for 1 s" in done.error
        assert len(server.asked) == 1


def test_a_prompt_in_the_queue_of_a_server_that_writes_for_others_waits(
    server: SmallServer,
) -> None:
    def reply(prompt: str, _: int) -> Reply:
        if prompt == "queued":
            time.sleep(2)
        return written("one two three four five six seven eight" if prompt == "busy" else "Yes")

    server.reply, server.piece_seconds = reply, 0.25
    engine = OpenAIEngine()
    engine.load(Endpoint(server.address, "small", timeout_seconds=1))
    try:
        done = write_all(engine, prompts(["busy", "queued"]))
    finally:
        engine.unload()
    assert [done[n].error for n in (0, 1)] == ["", ""]


def test_a_server_that_only_says_that_it_lives_is_not_waited_for_for_ever(
    engine: OpenAIEngine, server: SmallServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint_session, "QUEUED", 2)
    server.pings = True
    began = time.monotonic()
    assert "no token came" in ask(engine).error
    assert 2 <= time.monotonic() - began < 5
    server.pings, server.lingers, server.breaks_after = False, True, 2
    server.reply = lambda *_: written("It is forty two.")
    assert "after 2 tokens no more came for 1 s" in ask(engine).error


def test_a_whole_answer_has_a_limit_of_its_own(
    engine: OpenAIEngine, server: SmallServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reply(*_: object) -> Reply:
        if server.asked[-1].get("stream"):
            return refused(400, "streaming is not available")
        time.sleep(1.5)
        return written("Yes")

    monkeypatch.setattr(endpoint_session, "WHOLE_SECONDS", 5)
    server.reply = reply
    assert ask(engine).text == "Yes"
    monkeypatch.setattr(endpoint_session, "WHOLE_SECONDS", 1)
    assert "no answer came within 1 s" in ask(engine).error


def test_a_list_of_models_that_is_none(server: SmallServer) -> None:
    engine = OpenAIEngine()
    server.listing = Raw(LOGIN, "text/html")
    with pytest.raises(EngineError, match="lists no models: the server sent a web page"):
        engine.load(Endpoint(server.address, "small"))
