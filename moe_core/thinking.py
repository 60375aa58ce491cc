"""What a response thinks, and what it says.

Thinking stands between two marks, such as <think> and </think>; so the gpu worker stores it, also
where a model, its template or its server marks it otherwise.
"""

import re
from dataclasses import dataclass

END_OF_THINKING = "</think>"

# gpt-oss writes into channels (OpenAI's harmony format): what it thinks is called analysis.
_CHANNEL = re.compile(
    r"(?:<\|start\|>[^<]*)?<\|channel\|>\s*(\w+)(?:[^<]|<\|constrain\|>)*<\|message\|>"
    r"|<\|(?:end|return|call)\|>|<\|start\|>[^<]*$"
)
_ANALYSIS = "analysis"


@dataclass(frozen=True)
class Parted:
    """`is_finished`: its thinking has ended. Where it has not, there is no text that answers."""

    thinking: str
    text: str
    is_finished: bool = True


def beginning(end: str) -> str:
    """The mark that begins what `end` ends: <think> of </think>; empty where it has none."""
    return end.replace("/", "", 1) if "/" in end else ""


def part(response: str, end: str = END_OF_THINKING) -> Parted:
    """Part it at the last end of thinking. Begun and not ended, by a limit of tokens for example,
    all that follows the beginning is thinking.
    """
    if not end:
        return Parted("", response)
    begin = beginning(end)
    thinking, found, text = response.rpartition(end)
    if found:
        return Parted(thinking.strip().removeprefix(begin).strip(), text)
    if begin and begin in response:
        text, _, thinking = response.partition(begin)
        return Parted(thinking.strip(), text, is_finished=False)
    return Parted("", response)


def joined(thinking: str, text: str | None, end: str = END_OF_THINKING) -> str:
    """One response of its parts; None: nothing followed the thinking."""
    if not thinking or not end:
        return text or ""
    return f"{beginning(end)}{thinking}" + (f"{end}{text}" if text is not None else "")


def of_channels(response: str) -> str:
    """What was written into channels, with thinking between our marks; else as it is."""
    if "<|channel|>" not in response:
        return response
    thoughts: list[str] = []
    texts: list[str] = []
    channel, begins = "", 0
    for mark in _CHANNEL.finditer(response):
        (thoughts if channel == _ANALYSIS else texts).append(response[begins : mark.start()])
        channel, begins = mark[1] or "", mark.end()
    (thoughts if channel == _ANALYSIS else texts).append(response[begins:])
    said = "".join(texts).strip()
    return joined("\n".join(filter(None, map(str.strip, thoughts))), said or None)
