"""A look at a model on the hub before it is loaded, for those who wish it: a few small requests."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from webapp.experts.checks import Asked, of_folder
from webapp.experts.checks.hub_words import is_offline, refusal
from webapp.experts.licences import licence_of_card
from webapp.experts.memory.sources import folder_of
from webapp.experts.weight_files import kind_problem

if TYPE_CHECKING:
    from huggingface_hub import HfApi, ModelInfo

SECONDS = 5.0  # of one request
LONGEST = 15.0  # seconds of all
# What is read of a model to see its mistakes; it goes to the cache, where the engine looks too.
SMALL = ("config.json", "tokenizer_config.json", "chat_template.jinja", "README.md")


@dataclass(frozen=True)
class Look:
    """What the hub says: mistakes by the setting that is to be changed, and figures."""

    mistakes: Mapping[str, str] = field(default_factory=dict)
    licence: str = ""
    parameters: int = 0  # 0: the hub does not say
    is_gated: bool = False  # and this account is let in

    def __str__(self) -> str:
        """In a line, where nothing is wrong."""
        count = f", {self.parameters:,} parameters" if self.parameters else ""
        gate = ", gated and open to you" if self.is_gated else ""
        return f"The hub has it: licence {self.licence or 'not known'}{count}{gate}."


def look(asked: Asked) -> Look:
    """Ask the hub about a hub id. It takes 15 seconds at most, whatever the network does."""
    if is_offline():
        return _refused("HF_HUB_OFFLINE forbids to ask the hub: unset it, and start again.")
    until = time.monotonic() + LONGEST
    said = _within(LONGEST, lambda: _look(asked, until))
    return said or _refused(f"The hub has not answered within {LONGEST:.0f} seconds: try later.")


def _look(asked: Asked, until: float) -> Look:
    from huggingface_hub import HfApi  # half a second, which few need

    api = HfApi()
    try:
        info = api.model_info(asked.source, revision=asked.revision or None, timeout=SECONDS)
        if info.gated:
            api.auth_check(asked.source)
        names = [file.rfilename for file in info.siblings or [] if "/" not in file.rfilename]
        if wrong := kind_problem(names, asked.source) or _no_model(names, asked.source):
            return _refused(wrong)
        # A download that is here stays the one that "main" means, or it would not load offline.
        folder = folder_of(asked.source, asked.revision) or _small_files(api, asked, names, until)
    except Exception as error:  # of the hub, of its client, of what that asks through
        return _refused(_words(error, asked.source))
    wrong_by_name = of_folder(folder, asked) if folder else {}
    return Look(wrong_by_name, _licence(info), _parameters(info), bool(info.gated))


def _small_files(api: "HfApi", asked: Asked, names: list[str], until: float) -> Path | None:
    """Where those lie that say most; None where there is none."""
    folder = None
    for name in SMALL:
        if name in names and time.monotonic() < until:  # later, nobody waits for them
            file = api.hf_hub_download(
                asked.source, name, revision=asked.revision or None, etag_timeout=SECONDS
            )
            folder = Path(file).parent
    return folder


def _no_model(names: list[str], source: str) -> str:
    if not any(name.endswith(".safetensors") for name in names):
        return f"{source} has no safetensors weights on the hub: take another model."
    return ""


def _licence(info: "ModelInfo") -> str:
    return licence_of_card(vars(info.card_data)) if info.card_data else ""


def _parameters(info: "ModelInfo") -> int:
    return info.safetensors.total if info.safetensors else 0


def _words(error: Exception, source: str) -> str:
    if said := refusal(error, source):
        return f"{said if said.startswith(source) else said[0].upper() + said[1:]}."
    reason = f"{type(error).__name__}: {error}".partition("\n")[0]
    return f"The hub does not answer: is there a network, and is HF_ENDPOINT right? ({reason})"


def _refused(words: str) -> Look:
    return Look({"source": words})


def _within(seconds: float, ask: Callable[[], Look]) -> Look | None:
    """What comes of it, unless it takes longer; then it is left to itself."""
    said: list[Any] = []
    asking = Thread(target=lambda: said.append(ask()), daemon=True)
    asking.start()
    asking.join(seconds)
    return said[0] if said else None
