"""A hub of one's own, which the real client asks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

from tests.conftest import DEMO
from tests.experts.checks.small_hub import SmallHub, serving

TINY = DEMO / "experts" / "tiny-01"
CARD = "---\nlicense: apache-2.0\n---\n# A model\n"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallHub]:
    """With the demo's first model, and no weights in it that anybody asks for."""
    files = {name: (TINY / name).read_bytes() for name in ("config.json", "tokenizer_config.json")}
    files |= {"README.md": CARD.encode(), "model.safetensors": b""}
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    with serving(SmallHub(files, {"license": "apache-2.0"}, 172_000)) as small:
        monkeypatch.setattr(constants, "ENDPOINT", small.address)
        template = constants.HUGGINGFACE_CO_URL_TEMPLATE.partition("/{")
        monkeypatch.setattr(
            constants, "HUGGINGFACE_CO_URL_TEMPLATE", small.address + "".join(template[1:])
        )
        yield small
