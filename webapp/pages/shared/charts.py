"""What charts share: labels that are safe in plotly, and the colours of verdicts."""

from html import escape

from moe_core.values import Verdict
from webapp.pages.shared.unseen import plain

LONGEST_LABEL = 32  # characters
WAITING, FAILED = "waiting", "failed"  # seats without a verdict

# Sign and word, colour, and the same as a band. Mid tones, which light and dark pages can both
# stand behind.
VERDICTS = {
    Verdict.CORRECT.value: ("✓ correct", "#3f9b62", "rgba(63, 155, 98, 0.40)"),
    Verdict.INCORRECT.value: ("✗ incorrect", "#cc5a50", "rgba(204, 90, 80, 0.40)"),
    Verdict.NO_ANSWER.value: ("∅ no answer", "#b08a3c", "rgba(176, 138, 60, 0.40)"),
    Verdict.TOO_COSTLY.value: ("⊘ too costly", "#6f7fb5", "rgba(111, 127, 181, 0.40)"),
    Verdict.UNGRADED.value: ("? ungraded", "#8a8f94", "rgba(138, 143, 148, 0.40)"),
    FAILED: ("! failed", "#8d3f8f", "rgba(141, 63, 143, 0.40)"),
    WAITING: ("… waiting", "#9aa3a8", "rgba(154, 163, 168, 0.25)"),
}


def label(text: str, longest: int = LONGEST_LABEL) -> str:
    """Plotly reads markup in labels: models and files may name things as they like."""
    short = text if len(text) <= longest else text[: longest - 1] + "…"
    return escape(plain(short), quote=False)
