from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runs", "0029_asks")]

    operations = [
        migrations.AddField(
            model_name="answer",
            name="seats_due",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="answer",
            name="unasked",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="run",
            name="stopping",
            field=models.CharField(db_default="all", default="all", max_length=20),
        ),
        migrations.AddField(
            model_name="run",
            name="order",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="run",
            name="unasked",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(
                condition=models.Q(("seats_due", True)),
                fields=["run", "id"],
                name="answer_seats_due",
            ),
        ),
    ]
