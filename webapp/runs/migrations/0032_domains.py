"""Runs of before there were domains go on without them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runs", "0031_leaderboards")]

    operations = [
        migrations.AddField("run", "knows_domains", models.BooleanField(default=False)),
        migrations.AlterField("run", "knows_domains", models.BooleanField(default=True)),
        migrations.RemoveConstraint("profilefit", "fit_once"),
        migrations.AddField("profilefit", "domains", models.BooleanField(default=True)),
        migrations.AddConstraint(
            "profilefit",
            models.UniqueConstraint(fields=("profile", "experts", "domains"), name="fit_once"),
        ),
    ]
