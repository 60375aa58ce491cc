from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runs", "0028_reruns_and_suspects")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="asks",
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
