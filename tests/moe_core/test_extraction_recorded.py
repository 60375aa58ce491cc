"""Extraction on 22,352 responses of real LLMs, against the letters that their publishers took."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.extraction import responses
from moe_core.extraction import extract

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "recorded"
AGREEMENT = 0.98
# Most of the others stop in mid-sentence or run in a loop: there is nothing to find in them.
FOUND_OF_THE_MISSES = 0.10


@pytest.mark.skipif(not FOLDER.exists(), reason="needs the recorded responses in ../shared")
@pytest.mark.parametrize("half", ["validation", "test"])
def test_agrees_with_the_publishers_and_finds_more(half: str) -> None:
    counts: Counter[str] = Counter()
    for response in responses(FOLDER, half):
        letter = extract(response.text, response.options)
        if response.published is None:
            counts["missed"] += 1
            counts["found"] += letter is not None
        else:
            counts["published"] += 1
            counts["agree"] += letter == response.published
    assert counts["agree"] / counts["published"] >= AGREEMENT
    assert counts["found"] / counts["missed"] >= FOUND_OF_THE_MISSES
