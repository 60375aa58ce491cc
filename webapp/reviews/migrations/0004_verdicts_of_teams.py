from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reviews", "0003_first_verdicts")]

    operations = [
        migrations.RemoveField(model_name="review", name="settled_by"),
        migrations.RemoveField(model_name="review", name="verdict"),
    ]
