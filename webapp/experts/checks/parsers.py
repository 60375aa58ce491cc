"""Whether a reasoning parser is one that the installed vLLM has."""

from moe_core.thinking import END_OF_THINKING
from webapp.experts.checks import known


def parser_problem(name: str, end_of_thinking: str) -> str:
    """What is wrong with it; where it parts thinking and answer, no other mark does."""
    if not name:
        return ""
    names = known.reasoning_parsers()
    if names and name not in names:
        return f"The installed vLLM has no reasoning parser {name}: it has {', '.join(names)}."
    if end_of_thinking != END_OF_THINKING:
        return (
            f"With a reasoning parser the end of thinking is stored as {END_OF_THINKING}: leave"
            " that setting as it was."
        )
    return ""
