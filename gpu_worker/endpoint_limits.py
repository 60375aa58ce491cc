"""What servers say when a prompt and its output do not fit their context, each in its own words."""

import re
from dataclasses import dataclass

_N = r"(\d[\d,]*)"
# vLLM, OpenAI, OpenRouter, SGLang, LM Studio, llama.cpp, Mistral; then Anthropic, llama.cpp, TGI.
_CONTEXT = [
    rf"\d \+ [\d,]+ > {_N}",
    rf"context (?:length|window|size)[^\d{{]{{0,20}}{_N}",
    rf"with {_N} maximum context",
    rf"n_ctx\W+{_N}",
    rf"tokens \+ `?max_new_tokens`? must be <= {_N}",
    rf"`?inputs`? must have less than {_N}",
    rf"> {_N} maximum",
]
_PROMPT = [
    rf"{_N} (?:tokens )?(?:in the messages|in your prompt|from the input|of text input)",
    rf"(?:has|passed|contains|contains at least) {_N} (?:input )?tokens",
    rf"resulted in (?:over )?{_N} tokens",
    rf"n_prompt_tokens\W+{_N}",
    rf"(?:request|requested tokens|the input) \({_N}",
    rf"keep the first {_N}",
    rf"given: {_N}",
    rf"too long: {_N}",
    rf"limit: {_N} \+",
]
# Of the output alone: OpenAI, DeepSeek, Doubao, Groq and TGI, Anthropic.
_OUTPUT = [
    rf"at most {_N} completion tokens",
    rf"range of max_tokens (?:is|should be) \[\d+, ?{_N}\]",
    rf"max_\w*tokens.*expected a value <= {_N}",
    rf"max_\w*tokens`? must be (?:less than or equal to|<=) `?{_N}",
    rf"max_\w*tokens: \d+ > {_N}",
]
_ABOUT_LENGTH = r"context|max_\w*tokens|too long|too many tokens|input length|must have less than"


@dataclass(frozen=True)
class Limits:
    """Tokens; 0 where the server does not tell."""

    context: int = 0
    prompt: int = 0
    output: int = 0  # the most that it writes, whatever the prompt
    is_exact: bool = True  # otherwise the prompt has at least so many

    @property
    def room(self) -> int:
        """What is left for the output; 0 where that is not known, or nothing is."""
        return max(0, self.context - self.prompt) if self.context and self.prompt else 0

    @property
    def is_prompt_too_long(self) -> bool:
        return 0 < self.context <= self.prompt


def limits_in(message: str, asked: int) -> Limits | None:
    """The limits that a refusal names, of a request for `asked` tokens; None: it is not about them.

    vLLM may have counted a prompt only up to what does not fit: then prompt and output together are
    one token too many, whatever the prompt's length.
    """
    if not re.search(_ABOUT_LENGTH, message, re.IGNORECASE):
        return None
    context, prompt = _first(_CONTEXT, message), _first(_PROMPT, message)
    if not context and (output := _first(_OUTPUT, message)):
        return Limits(output=output)
    is_bound = bool(re.search(r"at least|about", message)) or prompt + asked == context + 1
    return Limits(context, prompt, is_exact=not is_bound)


def _first(patterns: list[str], message: str) -> int:
    for pattern in patterns:
        if found := re.search(pattern, message, re.IGNORECASE):
            return int(found[1].replace(",", ""))
    return 0
