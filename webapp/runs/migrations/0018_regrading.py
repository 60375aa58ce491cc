"""That a run is to be graded again is noted until it is done."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("runs", "0017_scorers"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="regrading",
            field=models.BooleanField(default=False),
        ),
    ]
