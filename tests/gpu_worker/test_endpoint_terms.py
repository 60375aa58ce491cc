"""What servers refuse, in their own words, and what is asked for then."""

import pytest

from gpu_worker.endpoint_failures import Refused, TooLong
from gpu_worker.endpoint_limits import Limits, limits_in
from gpu_worker.endpoint_terms import Terms

ASKED = 4000
# As people have reported them; None: it is about something else.
MESSAGES = {
    # OpenAI, and vLLM for long
    "This model's maximum context length is 4096 tokens. However, you requested 4222 tokens (1222"
    " in the messages, 3000 in the completion). Please reduce the length of the messages or"
    " completion.": Limits(4096, 1222),
    "This model's maximum context length is 4097 tokens, however you requested 4116 tokens (3860 in"
    " your prompt; 256 for  the completion).": Limits(4097, 3860),
    "This model's maximum context length is 4097 tokens. However, your messages resulted in 192871"
    " tokens. Please reduce the length of the messages.": Limits(4097, 192871),
    # vLLM since
    "'max_tokens' or 'max_completion_tokens' is too large: 10000. This model's maximum context"
    " length is 4096 tokens and your request has 27 input tokens (10000 > 4096 - 27).": Limits(
        4096, 27
    ),
    "This model's maximum context length is 128000 tokens. However, you requested 65535 output"
    " tokens and your prompt contains at least 62466 input tokens, for a total of at least 128001"
    " tokens.": Limits(128000, 62466, is_exact=False),
    "You passed 4097 input tokens and requested 4000 output tokens. However, the model's context"
    " length is only 8096 tokens, resulting in a maximum input length of 4096 tokens.": Limits(
        8096, 4097, is_exact=False
    ),
    # llama.cpp and its Python server
    'request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it'
    ' {"n_prompt_tokens": 5000, "n_ctx": 4096}': Limits(4096, 5000),
    'the request exceeds the available context size. try increasing the context size or enable'
    ' context shift {"n_prompt_tokens": 14429, "n_ctx": 8192}': Limits(8192, 14429),
    "Requested tokens (2285) exceed context window of 2048": Limits(2048, 2285),
    # LM Studio
    "Trying to keep the first 111490 tokens when context the overflows. However, the model is"
    " loaded with context length of only 32768 tokens, which is not enough.": Limits(32768, 111490),
    # TGI
    "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 2048. Given: 1887"
    " `inputs` tokens and 1024 `max_new_tokens`": Limits(2048, 1887),
    "Input validation error: `inputs` must have less than 1024 tokens. Given: 1168": Limits(
        1024, 1168
    ),
    "Input validation error: `max_new_tokens` must be <= 192. Given: 400": Limits(output=192),
    # SGLang
    "Requested token count exceeds the model's maximum context length of 4096 tokens. You requested"
    " a total of 5000 tokens: 1000 tokens from the input messages and 4000 tokens for the"
    " completion.": Limits(4096, 1000),
    "The input (3000 tokens) is longer than the model's context length (2048 tokens).": Limits(
        2048, 3000
    ),
    # OpenRouter, by itself and through LiteLLM
    "litellm.BadRequestError: OpenrouterException - This endpoint's maximum context length is"
    " 131072 tokens. However, you requested about 138956 tokens (7884 of text input, 131072 in the"
    " output).": Limits(131072, 7884, is_exact=False),
    # Anthropic
    "prompt is too long: 205000 tokens > 200000 maximum": Limits(200000, 205000),
    "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease input"
    " length or `max_tokens` and try again": Limits(200000, 190000),
    # of the output alone: OpenAI, DeepSeek, Doubao, Groq
    "max_tokens is too large: 6000. This model supports at most 4096 completion tokens, whereas you"
    " provided 6000.": Limits(output=4096),
    "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]": Limits(output=8192),
    "The parameter `max_completion_tokens` specified in the request are not valid: integer above"
    " maximum value, expected a value <= 12288, but got 32000 instead.": Limits(output=12288),
    "`max_tokens` must be less than or equal to `8192`": Limits(output=8192),
    "Incorrect API key provided": None,
    "stop sequences are not supported": None,
}  # fmt: skip


@pytest.mark.parametrize(("message", "limits"), MESSAGES.items())
def test_what_servers_say_of_their_context(message: str, limits: Limits | None) -> None:
    assert limits_in(message, ASKED) == limits


def asked(**others: object) -> dict[str, object]:
    given = {"model": "m", "messages": [], "temperature": 0.7, "max_tokens": ASKED, "seed": 1}
    return given | {"stream": True, "stream_options": {"include_usage": True}} | others


def room(message: str, **sent: object) -> int | None:
    return Terms().room(Refused(400, message), asked(**sent))


def test_the_limit_is_fitted_to_what_is_left() -> None:
    assert room("maximum context length is 4096 tokens (1222 in the messages, …)") == 2874
    assert room("the model's context length is 4096 tokens") == 0, "nobody knows: left out"
    at_least = "maximum context length is 4500 tokens and your prompt contains at least 501 input"
    assert room(f"{at_least} tokens") == 0, "a bound would be refused again, one by one"
    assert room("Invalid max_tokens") == 0
    assert room("no schemas here") is None


def test_a_prompt_that_does_not_fit_is_told_in_figures() -> None:
    with pytest.raises(TooLong, match=r"of 5,000 tokens does not fit .* of 4,096 tokens: serve"):
        room("request (5000 tokens) exceeds the available context size (4096 tokens)")
    unknown = "the prompt is longer than the context length of 4096 tokens"
    with pytest.raises(TooLong, match=r"context of 4,096 .*the server refused it"):
        room(unknown, max_tokens=0)


def test_what_is_known_of_a_context_costs_no_refusal() -> None:
    assert "max_tokens" not in Terms(context=4000).body(asked()), "it could never be used up"
    assert Terms(context=4001).body(asked())["max_tokens"] == ASKED
    assert Terms(output=100).body(asked())["max_tokens"] == 100
    assert Terms().body(asked(), room=50)["max_tokens"] == 50
    assert "max_tokens" not in Terms().body(asked(), room=0)


@pytest.mark.parametrize(
    ("message", "gone"),
    [
        (
            "Unsupported value: 'temperature' does not support 0.7 with this model. Only the"
            " default (1) value is supported.",
            "temperature",
        ),
        ("Unrecognized request argument supplied: seed", "seed"),
        ("property 'seed' is unsupported", "seed"),
        ('Invalid JSON payload received. Unknown name "seed": Cannot find field.', "seed"),
        ("[{'type': 'extra_forbidden', 'loc': ['body', 'seed'], 'msg': 'Extra inputs …'}]", "seed"),
        ("Unsupported parameter: 'stop' is not supported with this model.", "stop"),
        ("Argument not supported on this model: stop", "stop"),
        ("stream_options: unknown", "stream_options"),
        ("streaming is not available", "stream"),
    ],
)  # fmt: skip
def test_what_a_server_does_not_take_is_left_out_from_then_on(message: str, gone: str) -> None:
    terms = Terms()
    sent = asked(stop=["###"])
    assert gone in terms.learn(Refused(400, message), sent)
    assert sent.keys() - terms.body(sent).keys() == {gone} | (
        {"stream_options"} if gone == "stream" else set()
    )


def test_the_limit_may_have_another_name() -> None:
    terms = Terms()
    said = "Unsupported parameter: 'max_tokens' is not supported with this model. Use"
    refused = Refused(400, f"{said} 'max_completion_tokens' instead.")
    assert terms.room(refused, asked()) is None
    assert terms.learn(refused, asked()) == "it wants max_completion_tokens in place of max_tokens"
    assert terms.body(asked())["max_completion_tokens"] == ASKED
    assert "max_tokens" not in terms.body(asked())


def test_what_is_out_of_range_is_told_and_not_left_out() -> None:
    assert not Terms().learn(Refused(400, "temperature must be between 0 and 1"), asked())
