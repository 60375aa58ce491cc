"""Visits keep which checkpoint and engine they were of, and generations the mark of their thinking:
experts may be changed later."""

from django.db import migrations, models

# As their generations say; of visits that served none, their expert is all that is known.
SAID = """
    UPDATE runs_visit v
    SET engine = e.engine, engine_key = coalesce(
        (SELECT max(g.engine_key) FROM runs_generation g WHERE g.visit_id = v.id), e.engine_key)
    FROM experts_expert e WHERE e.id = v.expert_id
"""


class Migration(migrations.Migration):
    dependencies = [("runs", "0023_words_without_underscores")]

    operations = [
        migrations.AddField(
            model_name="generation",
            name="end_of_thinking",
            field=models.CharField(max_length=50, null=True),
        ),
        migrations.AddField(
            model_name="visit",
            name="engine",
            field=models.CharField(default="", editable=False, max_length=10),
        ),
        migrations.AddField(
            model_name="visit",
            name="engine_key",
            field=models.CharField(db_index=True, default="", editable=False, max_length=64),
        ),
        migrations.RunSQL(SAID, migrations.RunSQL.noop),
    ]
