"""Whatever changes something is told, or somebody has decided that it need not be."""

from django.core.management import get_commands

from tests.accounts.walking import names
from tests.api.test_description import operations
from tests.audit.everything import COMMANDS, OPERATIONS, PAGES, actions_of
from webapp.accounts.rights import NOBODY
from webapp.accounts.rights import PAGES as RIGHTS
from webapp.audit.actions import Action

OPEN = {"login", "join", "logout", "account_confirm_email", "openid_connect_callback"}  # anybody's
EXPORTS = {"run-responses", "run-seats", "log-csv", "log-jsonl"}  # send much away


def test_every_address_that_takes_something_is_decided() -> None:
    taking = {name for name in names() if name in RIGHTS and RIGHTS[name][1] is not NOBODY}
    assert taking | OPEN | EXPORTS == set(PAGES), "each is in tests/audit/everything.py"


def test_every_operation_that_does_not_only_read_is_decided() -> None:
    doing = {told["operationId"] for method, _, told in operations() if method != "get"}
    assert doing == set(OPERATIONS)


def test_every_command_is_decided() -> None:
    ours = {"webapp.commands", "webapp.processes", "gpu_worker"}
    assert {name for name, app in get_commands().items() if app in ours} == set(COMMANDS)


def test_every_action_is_of_something() -> None:
    told = {
        action
        for listed in (PAGES, OPERATIONS, COMMANDS)
        for one in listed.values()
        for action in actions_of(one)
    }
    assert told == set(Action)
