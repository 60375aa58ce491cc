"""What is told of what went wrong: all to owners, our own words and names to everybody else."""

import pytest
from django.test import Client

from gpu_worker.endpoint_failures import Refused, no_completion
from webapp.accounts.models import Team, User
from webapp.experts.models import Expert
from webapp.experts.told import named, told

SAID = "no key like sk-123, see http://inside:9/admin"


@pytest.mark.parametrize("said", [SAID, "it says “no” and” “more", "“", "”" + SAID])
def test_others_read_status_and_our_words(said: str) -> None:
    whole = f"far does not load: {Refused(401, said)}, as before"
    assert told(whole) == "far does not load: the server refused it (401): “…”, as before"
    assert "sk-123" not in told(str(Refused(401, said))[:60]), "cut off, too"
    assert told(whole, owns=True) == whole


def test_what_came_in_place_of_a_completion_is_theirs() -> None:
    whole = str(no_completion("<html><title>Secret</title></html>", "text/secret"))
    assert "html" in whole and "html" not in told(whole).replace("web page", "")


@pytest.mark.parametrize(
    ("whole", "shown"),
    [
        ("no file /srv/models/llama/config.json: look", "no file config.json: look"),
        ("'~/models/llama' and (/opt/x/y)", "'llama' and (y)"),
        ("nothing answers at http://far:8001/v1", "nothing answers at http://far:8001/v1"),
        ("1/2 of the answers, and/or demo/experts", "1/2 of the answers, and/or demo/experts"),
    ],
)
def test_paths_are_names(whole: str, shown: str) -> None:
    assert told(whole) == shown


def test_checkpoints_go_by_their_names() -> None:
    assert named("/srv/models/llama/") == "llama" and named("~/llama") == "llama"
    assert named("Qwen/Qwen3-8B") == "Qwen/Qwen3-8B"
    assert named("/srv/models/llama", owns=True) == "/srv/models/llama"


@pytest.mark.django_db
def test_pages_and_the_api_tell_so(client: Client, team: Team) -> None:
    problem = f"far does not load from /srv/models/far: {Refused(401, SAID)}"
    expert = Expert.objects.create(name="far", source="/srv/models/far", problem=problem)
    for owns in (False, True):
        person = User.objects.create_user(f"owner-{owns}", team=team, is_staff=owns)
        client.force_login(person)
        for page in (expert.get_absolute_url(), "/experts/"):
            shown = client.get(page).content.decode()
            assert ("/srv/models" in shown) == owns
            assert owns or "sk-123" not in shown
        assert ("sk-123" in client.get(expert.get_absolute_url()).content.decode()) == owns
