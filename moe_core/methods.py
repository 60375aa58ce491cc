"""The methods that a run can name: which recruiter fills the seats, who writes the answer."""

from dataclasses import dataclass

from moe_core.errors import MethodError


@dataclass(frozen=True)
class Method:
    """One way from a question to its answer.

    `annotates`: the recruiter reads the question's skills. `aggregates`: an LLM may write the
    answer (the run says which, or the vote); otherwise the vote does.
    """

    name: str
    title: str
    recruiter: str
    annotates: bool
    aggregates: bool
    needs_profile: bool


METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method("skill-moe", "Skill-MoE (the paper)", "paper", True, True, True),
        Method("all-experts", "All experts vote", "everyone", False, False, False),
    )
}


def method_named(name: str) -> Method:
    """Raises MethodError for a name that is not in METHODS."""
    try:
        return METHODS[name]
    except KeyError:
        raise MethodError(f"unknown method {name!r}: choose one of {', '.join(METHODS)}") from None
