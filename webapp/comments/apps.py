from django.apps import AppConfig


class CommentsConfig(AppConfig):
    name = "webapp.comments"
    default_auto_field = "django.db.models.BigAutoField"
