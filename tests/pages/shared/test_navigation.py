"""Every folder of pages has its place: in the navigation, in templates and in the tests."""

import pytest

from tests.conftest import ROOT
from webapp.pages.shared.navigation import ENTRIES, NOWHERE, SECTIONS
from webapp.pages.urls import urlpatterns

PAGES = ROOT / "webapp" / "pages"
FOLDERS = sorted({views.parent.name for views in PAGES.glob("*/views*.py")})


def test_the_navigation_knows_the_folders_that_there_are() -> None:
    assert sorted(SECTIONS) == FOLDERS
    assert set(SECTIONS.values()) <= {NOWHERE, *ENTRIES}


@pytest.mark.parametrize("folder", FOLDERS)
def test_templates_and_tests_have_a_folder_of_the_same_name(folder: str) -> None:
    assert list((ROOT / "templates" / folder).glob("*.html"))
    assert list((ROOT / "tests" / "pages" / folder).glob("test_*.py"))


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda pattern: str(pattern.name))
def test_every_view_lies_in_such_a_folder(pattern: object) -> None:
    module = pattern.callback.__module__  # type: ignore[attr-defined]
    start, folder, views = module.rsplit(".", 2)
    assert start == "webapp.pages"
    assert folder in SECTIONS
    assert views.startswith("views")
