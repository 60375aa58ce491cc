"""Experts that are ready to be added: the paper's sixteen, and those of today by size of GPU.

To add one, add an entry to `today.py`, where it was read with it, and its sizes to
`webapp/experts/memory/published.json`; then name it in a set of `pools.py`, and print
docs/presets.md anew (`python -m webapp.experts.presets`). Everything here does without Django.
"""

from webapp.experts.presets.paper import PAPER_EXPERTS
from webapp.experts.presets.pools import FITS, PAPER, PRESETS, SETS, PresetSet
from webapp.experts.presets.preset import SETTINGS, PresetExpert
from webapp.experts.presets.today import TODAYS_EXPERTS

__all__ = [
    "FITS",
    "PAPER",
    "PAPER_EXPERTS",
    "PRESETS",
    "SETS",
    "SETTINGS",
    "TODAYS_EXPERTS",
    "PresetExpert",
    "PresetSet",
]
