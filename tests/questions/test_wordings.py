"""In which words a set's questions are put, and wordings that cannot be used."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from moe_core.wordings import PAPER, PLAIN
from tests.conftest import ROOT
from tests.moe_core.test_wordings import OWN
from webapp.questions.models import QuestionSet
from webapp.questions.wordings import check_wordings, wording_for


def own_wordings(folder: Path, **files: object) -> Path:
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / f"{name}.json").write_text(text)
    return folder


def test_the_most_particular_wording_is_taken(settings: Settings, tmp_path: Path) -> None:
    def respond(benchmark: str) -> str:
        return wording_for(QuestionSet(benchmark=benchmark)).respond("Why?", [])

    assert wording_for(QuestionSet()) is PLAIN
    assert respond("aime") == PAPER.respond("Why?", [])
    own_wordings(tmp_path, **{"paper": OWN, "mmlu-pro": OWN | {"respond": "{question}! {closing}"}})
    settings.WORDINGS = str(tmp_path)
    assert respond("aime") == "Why? a box"
    assert respond("mmlu-pro") == "Why?! a box"
    assert wording_for(QuestionSet()) is PLAIN
    settings.WORDINGS = str(tmp_path / "mmlu-pro.json")
    assert respond("mmlu-pro") == "Why?! a box"
    assert respond("aime") == PAPER.respond("Why?", [])


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "holds no .json file: put paper.json into it"),
        ({"plain": OWN}, "plain.json is for nothing known: call it one of paper, mmlu-pro, gpqa"),
        ({"gpqa": "{"}, "gpqa.json is no JSON"),
        ({"gpqa": "[" * 100_000}, "gpqa.json is no JSON"),
        ({"gpqa": "\udcff".encode("utf-8", "surrogateescape").decode("latin-1")}, "is no JSON"),
        ({"gpqa": OWN | {"respond": "{question}"}}, "gpqa.json has no {closing} in 'respond'"),
        ({"gpqa": OWN | {"respond": "x" * 2**20}}, "has more than 1 MB"),
    ],
)
def test_wordings_that_cannot_be_used(
    settings: Settings, tmp_path: Path, files: dict[str, Any], message: str
) -> None:
    settings.WORDINGS = str(own_wordings(tmp_path, **files))
    with pytest.raises(ImproperlyConfigured) as refused:
        check_wordings()
    assert str(refused.value).startswith("SKILLMOE_WORDINGS: ") and message in str(refused.value)


def test_a_wording_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    own_wordings(tmp_path, paper={"annotate": "{question}"})
    for place, message in (
        (tmp_path, "paper.json lacks respond, aggregate, trial"),
        (tmp_path / "nowhere", "which is not there: give a file or folder"),
    ):
        code = "import django; django.setup()"
        environment = os.environ | {"SKILLMOE_WORDINGS": str(place)}
        environment["DJANGO_SETTINGS_MODULE"] = "webapp.config.settings"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 1 and message in done.stderr
