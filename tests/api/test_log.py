"""The log, for programs."""

import pytest

from tests.api.conftest import Program, Things
from tests.api.test_description import ask, operations
from tests.audit.everything import OPERATIONS, actions_of
from webapp.accounts.models import Role, Team, Token, User
from webapp.audit.models import Entry

# A scorer that is not named is the one that the set has; the try has ended.
AS_IT_WAS = {"set_set_scorer", "cancel_try"} | {
    f"edit_{kind}" for kind in ("run", "question_set", "pool", "profile")
}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def test_what_a_program_does_is_told_with_its_token(program: Program, user: User) -> None:
    token = Token.objects.get()
    Token.objects.update(name="nightly")
    _, made = program.post("/experts", {"name": "Big", "source": "somebody/big"})
    status, said = program.get("/log?action=expert-added")
    assert status == 200
    (entry,) = said["items"]
    assert (entry["object_id"], entry["object"], entry["kind"]) == (made["id"], "Big", "expert")
    assert (entry["person_id"], entry["way"], entry["means"]) == (user.pk, "token", "nightly")
    assert (entry["team_id"], entry["address"]) == (None, "127.0.0.1")
    assert token.digest not in str(program.get("/log")[1])


def test_it_comes_in_pages_and_by_what_is_looked_for(program: Program, team: Team) -> None:
    Entry.objects.bulk_create(
        Entry(action="run-started", way="page", team_id=team.pk, person=f"p{n}") for n in range(5)
    )
    _, first = program.get("/log?action=run-started&limit=3")
    _, rest = program.get(f"/log?action=run-started&limit=3&cursor={first['next']}")
    people = [item["person"] for item in (*first["items"], *rest["items"])]
    assert people == ["p4", "p3", "p2", "p1", "p0"] and rest["next"] is None
    assert len(program.get("/log?text=p3")[1]["items"]) == 1
    assert program.get("/log?until=1999-12-31")[1]["items"] == []
    for odd in ("until=9999-12-31", "since=0001-01-01"):
        assert program.get(f"/log?{odd}")[0] == 200, odd
    for wrong in ("action=danced", "since=soon", "until=0", "person=x", "text=%00"):
        assert program.get(f"/log?{wrong}")[0] == 422, wrong


def test_it_takes_the_scope_and_the_role(team: Team) -> None:
    viewer = User.objects.create_user("viewer", team=team, role=Role.VIEWER)
    admin = User.objects.create_user("grace", team=team, role=Role.ADMIN)
    Entry.objects.create(action="sign-in-failed", way="page")
    assert Program(Token.create(viewer)[1]).get("/log")[0] == 403
    assert Program(Token.create(admin, scopes=["read", "run"])[1]).get("/log")[0] == 403
    status, said = Program(Token.create(admin, scopes=["admin"])[1]).get("/log")
    assert status == 200 and {item["team"] for item in said["items"]} == {"Team"}


def test_what_a_program_does_is_told(things: Things, program: Program) -> None:
    done = set()
    for method, path, operation in operations():
        name = operation["operationId"]
        if method == "get" or not (wanted := actions_of(OPERATIONS[name])):
            continue
        last = Entry.objects.order_by("-pk")[0].pk
        status, _ = ask(program, method, path, operation, things.ids)
        told = set(Entry.objects.filter(pk__gt=last).values_list("action", flat=True))
        if status < 300:
            done.add(name)
            assert (told or name in AS_IT_WAS) and told <= {action.value for action in wanted}, name
        else:
            assert not told, name
    assert {"make_pool", "cancel_run"} <= done
