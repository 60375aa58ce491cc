from django.apps import AppConfig


class QuestionsConfig(AppConfig):
    name = "webapp.questions"
    label = "questions"

    def ready(self) -> None:
        """A wording that cannot be used stops the product here, not a run hours later."""
        from webapp.questions.wordings import check_wordings

        check_wordings()
