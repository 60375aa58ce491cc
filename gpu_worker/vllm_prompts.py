"""Prompts as vLLM takes them, and what it writes as the product keeps it.

Thinking is kept between the expert's own marks, whatever the model's are: what a reasoning parser
of vLLM finds is put between them, and where the chat template began the thinking, so does the
output.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from vllm import LLM, SamplingParams
from vllm.inputs import TokensPrompt
from vllm.outputs import CompletionOutput
from vllm.sampling_params import RequestOutputKind, StructuredOutputsParams

from gpu_worker.control_tokens import ControlTokens
from moe_core.benchmarks import SAMPLING
from moe_core.engine import Prompt
from moe_core.thinking import beginning, joined, of_channels

# The text is built once and not at every step, unless somebody watches it grow.
_FINAL_ONLY, _CUMULATIVE = RequestOutputKind.FINAL_ONLY, RequestOutputKind.CUMULATIVE
HARMONY = "openai_gptoss"  # its parser needs a vocabulary that is downloaded: we read the text
NO_DEFAULTS = {"max_tokens"}  # of a checkpoint's generation_config: not how it draws
TAIL = 16  # tokens of a prompt in which its template may have begun the thinking


@dataclass(frozen=True)
class Asked:
    """A prompt in the engine's own terms."""

    tokens: TokensPrompt
    sampling: SamplingParams
    prompt: Prompt
    begun: str  # by the template: what its output begins with


class Prompts:
    """Of one loaded expert."""

    def __init__(self, llm: LLM) -> None:
        self._tokenizer: Any = llm.get_tokenizer()
        self._control = ControlTokens(self._tokenizer)
        self._context: int = llm.model_config.max_model_len
        said = llm.model_config.get_diff_sampling_param()
        self._usual = {name: value for name, value in said.items() if name not in NO_DEFAULTS}

    def asked(self, prompt: Prompt) -> Asked:
        """Raises an error of any kind where it is too long, or its template refuses it."""
        tokens = self._control.encoded(prompt.messages, prompt.chat_template_options, self._context)
        sampling = self._sampling(prompt, self._room(tokens))
        return Asked(
            TokensPrompt(prompt_token_ids=tokens), sampling, prompt, self._begun(tokens, prompt)
        )

    def text(self, asked: Asked, written: CompletionOutput) -> str:
        """With its thinking, if there is any, between the expert's marks."""
        prompt = asked.prompt
        text: str = written.text
        if not prompt.reasoning_parser:
            return asked.begun + text
        if prompt.reasoning_parser == HARMONY:
            return of_channels(text)
        try:
            thinking, said, _ = self._parser(prompt).parse(
                text, self._request, model_output_token_ids=written.token_ids
            )
        except Exception:  # a parser that stumbles must not lose what was written
            return text
        return joined(thinking or "", said, prompt.end_of_thinking)

    def _room(self, tokens: Sequence[int]) -> int:
        room = self._context - len(tokens)
        if room < 1:
            raise ValueError(
                f"the prompt has {len(tokens)} tokens, the expert's context holds {self._context}:"
                " shorten the question or raise the context length"
            )
        return room

    def _sampling(self, prompt: Prompt, room: int) -> SamplingParams:
        """What the prompt does not say is as the checkpoint asks for."""
        heat = {} if prompt.temperature is None else {"temperature": prompt.temperature}
        sampling = SamplingParams(
            **{"temperature": SAMPLING.temperature, **self._usual, **heat, **prompt.sampling},
            max_tokens=min(prompt.max_tokens, room),
            seed=prompt.seed,
            stop=list(prompt.stop),
            skip_special_tokens=not self._reads_special(prompt),
            output_kind=_CUMULATIVE if prompt.streams else _FINAL_ONLY,
        )
        if prompt.schema is not None:
            sampling.structured_outputs = StructuredOutputsParams(json=dict(prompt.schema))
        return sampling

    def _reads_special(self, prompt: Prompt) -> bool:
        """Whether thinking is marked by tokens that the text would leave out."""
        if prompt.reasoning_parser == HARMONY:
            return True
        if not prompt.reasoning_parser:
            return prompt.end_of_thinking in self._special
        # A parser that does not fit says so here, before anything is written.
        return not self._parser(prompt).adjust_request(self._request).skip_special_tokens

    @cached_property
    def _special(self) -> frozenset[str]:
        return frozenset(map(str, self._tokenizer.all_special_tokens))

    def _begun(self, tokens: list[int], prompt: Prompt) -> str:
        """The mark with which the template ends, where it has the model begin in its thinking."""
        mark = beginning(prompt.end_of_thinking)
        if not mark or prompt.reasoning_parser:
            return ""
        tail = self._tokenizer.decode(tokens[-TAIL:], skip_special_tokens=False)
        return mark if tail.rstrip().endswith(mark) else ""

    def _parser(self, prompt: Prompt) -> Any:
        """A new one: it has a state, and options of the template change how it reads."""
        options: Mapping[str, Any] = prompt.chat_template_options
        made = _parser_class(prompt.reasoning_parser)
        return made(self._tokenizer, chat_template_kwargs=dict(options))

    @cached_property
    def _request(self) -> Any:
        """What parsers want to be told of a request: nothing that matters here."""
        from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest

        return ChatCompletionRequest(model="", messages=[{"role": "user", "content": ""}])


@cache
def _parser_class(name: str) -> Any:
    from vllm.parser import ParserManager  # with what serves HTTP: only those who need it wait

    return ParserManager.get_parser(reasoning_parser_name=name)
