from django.db import migrations


class Migration(migrations.Migration):
    """Reviews and comments have rooms of their own from now on; the tables keep their rows."""

    dependencies = [("runs", "0018_regrading")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AlterModelTable("Review", "reviews_review"),
                migrations.AlterModelTable("Comment", "comments_comment"),
            ],
            state_operations=[
                migrations.DeleteModel("Review"),
                migrations.DeleteModel("Comment"),
            ],
        )
    ]
