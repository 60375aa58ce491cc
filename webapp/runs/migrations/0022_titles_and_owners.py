"""Runs of before are owned by whoever started them, and say how they differ from each other."""

from django.db import migrations
from django.db.models import F


def own(apps, schema_editor):
    Run = apps.get_model("runs", "Run")
    Run.objects.exclude(created_by=None).update(owner=F("created_by"))
    newest = {}
    for run in Run.objects.filter(kind="answer").order_by("pk").iterator():
        like = (run.team_id, run.method, run.recruiter, run.question_set_id, run.pool_id)
        if before := newest.get(like):
            run.differs = _difference(run, before)
            run.save(update_fields=["differs"])
        newest[like] = run


def _difference(run, before):
    parts = [
        f"k {run.k} instead of {before.k}" if run.k != before.k else "",
        f"seed {run.seed}" if run.seed != before.seed else "",
        "another profile" if run.profile_id != before.profile_id else "",
        "other experts left out" if run.left_out != before.left_out else "",
        f"written by {run.writer}" if run.writer != before.writer else "",
    ]
    return ", ".join(part for part in parts if part) or "again"


class Migration(migrations.Migration):
    dependencies = [("runs", "0021_names_and_ends")]

    operations = [migrations.RunPython(own, migrations.RunPython.noop)]
