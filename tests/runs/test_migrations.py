"""Runs that were there before a migration."""

from importlib import import_module

import pytest
from django.apps import apps

from tests.conftest import MakeSet, demo_expert
from webapp.accounts.models import Team
from webapp.experts.models import Pool
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db


def test_runs_of_before_are_named_as_they_went(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    """The migration gives names to what runs did when they could not choose."""
    old = {"team": team, "pool": pool, "question_set": question_set()}
    written = Run.objects.create(**old, method="skill-moe", aggregator=demo_expert("aggregator"))
    voted = Run.objects.create(**old, method="skill-moe", writer="weighted")
    everyone = Run.objects.create(**old, method="all-experts")
    profiled = Run.objects.create(**old, kind="profile")
    import_module("webapp.runs.migrations.0003_methods").name_policies(apps, None)
    named = {run.pk: (run.recruiter, run.writer) for run in Run.objects.all()}
    assert named == {
        written.pk: ("paper", "llm"),
        voted.pk: ("paper", "weighted"),
        everyone.pk: ("everyone", "majority"),
        profiled.pk: ("", "majority"),
    }
