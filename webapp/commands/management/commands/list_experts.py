"""List the experts of the installation."""

from typing import Any

from webapp.commands.base import ProductCommand
from webapp.experts.models import Expert


class Command(ProductCommand):
    help = "List the experts: where they come from, what was measured, what is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        experts = list(Expert.objects.select_related("team"))
        if not experts:
            self.stdout.write("There are no experts yet: add one with `add_expert`.")
            return
        width = max(len(expert.name) for expert in experts)
        for expert in experts:
            where = f"{expert.source} at {expert.endpoint}" if expert.endpoint else expert.source
            self.stdout.write(f"{expert.name:<{width}}  {_state(expert)}  {where}")


def _state(expert: Expert) -> str:
    if expert.is_recorded:
        return f"recorded, of team {expert.team}"
    if problem := expert.missing() or expert.problem:
        return f"cannot be used: {problem}"
    if expert.load_seconds is None:
        return "not tried yet"
    rate = f"{expert.tokens_per_second:,.0f} tokens/s" if expert.tokens_per_second else "no rate"
    does = "answers" if expert.is_endpoint else "loads"
    return f"{does} in {expert.load_seconds:.1f} s, {rate}"
