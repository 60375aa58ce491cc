"""What a person says of a file in the form: asked for, chosen, kept and used again."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.pages.question_sets.uploading import GOOD, STEMS, read_again, store, upload
from tests.pages.reading import flat
from webapp.accounts.models import Team
from webapp.questions.models import Question, QuestionSet, SavedMapping, Upload

pytestmark = pytest.mark.django_db


def test_what_a_file_asks_for_is_said(signed_in: Client) -> None:
    splits = {"dev": [GOOD[0]], "test": GOOD}
    page = flat(upload(signed_in, json.dumps(splits).encode()).content.decode())
    assert "One thing to decide first" in page
    assert '<option value="test">test</option>' in page and "Which column is what" not in page
    answer = say(signed_in, rows="train")
    assert answer.status_code == 422 and "Select a valid choice" in answer.content.decode()
    page = flat(say(signed_in, rows="test").content.decode())
    assert '<option value="test" selected>test</option>' in page  # and can be said anew
    store(signed_in)
    assert Question.objects.count() == 2


def test_a_part_of_the_question_does_not_go_without_a_word(signed_in: Client) -> None:
    rows = [{"question": "Which?", "hint": "It is red.", "answer": "red"}]
    page = flat(upload(signed_in, rows).content.decode())
    assert "A part of the question may be missing." in page
    answer = store(signed_in)
    assert answer.status_code == 422 and not QuestionSet.objects.exists()
    assert "look like a part of the question" in answer.content.decode()
    store(signed_in, leave_out_parts="on")
    assert QuestionSet.objects.get().unused == ["hint"]

    upload(signed_in, rows)
    page = read_again(signed_in, {"question": "0", "passage": ["1"], "answer": "2"})
    assert "may be missing" not in page.content.decode()
    store(signed_in, name="With it")
    assert Question.objects.latest("pk").text == "It is red.\n\nWhich?"


def test_a_mapping_is_kept_and_used_again(signed_in: Client) -> None:
    assert "Saved mapping" not in upload(signed_in, STEMS).content.decode()
    chosen = {"question": "0", "options": ["1", "2"], "answer_index": "3"}
    read_again(signed_in, chosen | {"written": "index from 1"})
    store(signed_in, save_mapping_as=" Stems ")
    assert Question.objects.get().gold == "A"
    page = flat(upload(signed_in, STEMS).content.decode())
    assert '<option value="Stems">Stems</option>' in page
    answer = use_saved(signed_in, "nothing")
    assert answer.status_code == 422 and "Select a valid choice" in answer.content.decode()
    use_saved(signed_in, "Stems")
    store(signed_in, name="Again")
    first, second = Question.objects.order_by("pk")
    assert first.value == second.value

    SavedMapping.objects.update(team=Team.objects.create(name="Others"))
    assert "Stems" not in upload(signed_in, STEMS).content.decode()
    assert use_saved(signed_in, "Stems").status_code == 422


def test_several_right_answers_are_shown(signed_in: Client) -> None:
    row = {"question": "Which?", "options": ["red", "green", "blue"], "answer": ["red", "blue"]}
    page = upload(signed_in, json.dumps([row]).encode()).content.decode()
    assert page.count(">gold</span>") == 2 and "any of them counts" in page
    store(signed_in)
    page = flat(signed_in.get(Question.objects.get().get_absolute_url()).content.decode())
    assert page.count(">gold</span>") == 2 and '<span class="muted">or</span>' in page


def say(client: Client, **said: str) -> Any:
    address = f"{Upload.objects.latest('pk').get_absolute_url()}/answer"
    return client.post(address, said, follow=True)


def use_saved(client: Client, name: str) -> Any:
    address = f"{Upload.objects.latest('pk').get_absolute_url()}/use-saved"
    return client.post(address, {"saved": name}, follow=True)
