"""Where the answers of a run are."""

from webapp.runs.models import Run


def keys(run: Run) -> list[int]:
    return list(run.answers.order_by("pk").values_list("pk", flat=True))


def address(run: Run, answer: int) -> str:
    return f"/runs/{run.pk}/questions/{answer}"
