"""The documentation says what each role can reach, and nothing else."""

from tests.commands.running import manage
from tests.conftest import ROOT


def test_the_documentation_has_the_table() -> None:
    written = (ROOT / "docs" / "roles.md").read_text()
    assert written.endswith(f"\n\n{manage('list_rights')}"), "list_rights prints it anew"
