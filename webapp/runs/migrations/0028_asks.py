from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runs", "0027_looks")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="asks",
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
