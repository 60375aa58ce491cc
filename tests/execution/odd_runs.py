"""Runs whose one model answers in a way that is read otherwise: "RESULT=5 … The answer is 99."."""

from tests.recorded.logs import done, take
from webapp.accounts.models import Team
from webapp.execution.start import submit_profile, submit_run
from webapp.experts.models import Pool
from webapp.questions.models import Question, QuestionSet
from webapp.runs.models import Run

PATTERN = r"RESULT=(\S+)"


def take_odd_responses(team: Team, validation: QuestionSet, test: QuestionSet) -> Pool:
    """To both sets; the questions of the test set are made open ones, whose answer is 5."""
    Question.objects.filter(question_set=test).update(options=[], gold="5")
    for questions in (validation, test):
        given = [
            {"question_id": question.key, "model": model, "output": output}
            for question in questions.questions.all()
            for model, output in (
                ("odd", f"RESULT={question.gold} and so on. The answer is 99."),
                ("plain", "The answer is 99."),
            )
        ]
        taken = take(team, questions, given)
    return taken.pool


def odd_run_of(team: Team, validation: QuestionSet, test: QuestionSet) -> Run:
    pool = take_odd_responses(team, validation, test)
    done(submit_profile(team, None, pool, validation))
    return done(submit_run(team, None, pool=pool, questions=test, method="all-experts"))
