"""One run of a question set is its baseline."""

import threading

import pytest
from django.db import connection

from webapp.accounts.models import Team, User
from webapp.experts.models import Pool
from webapp.keeping.archiving import archive, bring_back
from webapp.keeping.baselines import baseline_for, set_baseline, unset_baseline
from webapp.keeping.kinds import KeepingRefused
from webapp.questions.models import QuestionSet
from webapp.runs.models import Run


def made(team: Team, pool: Pool, questions: QuestionSet, **given: object) -> Run:
    fields = {"status": "done", "graded": 8, "method": "cot"} | given
    return Run.objects.create(team=team, pool=pool, question_set=questions, **fields)


@pytest.mark.django_db
def test_one_run_is_it(team: Team, user: User, pool: Pool, test_set: QuestionSet) -> None:
    first, second = (made(team, pool, test_set) for _ in range(2))
    assert set_baseline(first, user) is None
    assert set_baseline(second, user) == first
    first.refresh_from_db()
    assert (baseline_for(first), baseline_for(second)) == (second, None)
    unset_baseline(second, user)
    assert baseline_for(first) is None
    for given in ({"status": "running"}, {"graded": 0}, {"kind": "profile"}):
        unfit = made(team, pool, test_set, **given)
        with pytest.raises(KeepingRefused):
            set_baseline(unfit, user)
    set_baseline(first, user)
    assert archive(first, user)
    with pytest.raises(KeepingRefused, match="archived"):
        set_baseline(first, user)
    bring_back(first, user)
    assert not Run.objects.get(pk=first.pk).baseline


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_one(team: Team, user: User, pool: Pool, test_set: QuestionSet) -> None:
    runs = [made(team, pool, test_set) for _ in range(6)]
    failed: list[Exception] = []

    def sets(run: Run) -> None:
        try:
            set_baseline(run, user)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=sets, args=[run]) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not failed
    assert Run.objects.filter(baseline=True).count() == 1
