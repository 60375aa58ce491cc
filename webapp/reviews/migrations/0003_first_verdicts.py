from typing import Any

from django.db import migrations
from django.db.models import F


def first_verdicts(apps: Any, _: Any) -> None:
    """What people said before becomes their first word, with its history; who settled a dispute has
    ruled on it."""
    Review = apps.get_model("reviews", "Review")
    Change = apps.get_model("reviews", "Change")
    ruled: set[int] = set()
    for review in list(Review.objects.order_by("changed", "pk").iterator()):
        was_settled = review.verdict == "settled"
        verdicts = ["disputed"] if was_settled else [review.verdict]
        fields = {"verdicts": verdicts, "disputes": review.verdict == "disputed"}
        # An update keeps when it was said; a dispute was said before it was settled.
        Review.objects.filter(pk=review.pk).update(**fields, **_said_when(review, was_settled))
        _note(Change, review, review.person_id, verdicts, review.note, is_ruling=False)
        if was_settled and review.settled_by_id and review.answer_id not in ruled:
            ruled.add(review.answer_id)
            ruling = Review.objects.create(
                answer_id=review.answer_id,
                run_id=review.run_id,
                person_id=review.settled_by_id,
                is_ruling=True,
                verdict="settled",
                verdicts=["settled"],
            )
            Review.objects.filter(pk=ruling.pk).update(
                created=review.changed, changed=review.changed
            )
            ruling.changed = review.changed
            _note(Change, ruling, review.settled_by_id, ["settled"], "", is_ruling=True)


def _said_when(review: Any, was_settled: bool) -> dict[str, Any]:
    return {"changed": F("created")} if was_settled else {}


def _note(
    Change: Any, review: Any, by: int, verdicts: list[str], note: str, *, is_ruling: bool
) -> None:
    said = {"verdicts": verdicts, "note": note, "corrected": "", "quoted": None, "quote": ""}
    made = Change.objects.create(
        answer_id=review.answer_id, person_id=by, by_id=by, is_ruling=is_ruling, after=said
    )
    Change.objects.filter(pk=made.pk).update(created=review.changed)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_queues")]

    operations = [migrations.RunPython(first_verdicts, migrations.RunPython.noop)]
