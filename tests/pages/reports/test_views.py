"""Reports need nothing from elsewhere; tables say the same in each form."""

import csv
import io
import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from tests.pages.reading import words
from tests.pages.reports.conftest import HOSTILE
from webapp.runs.models import Profile, Run

pytestmark = pytest.mark.django_db


class Needs(HTMLParser):
    """What a file asks for when it is opened, and every script in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        asking = {"src", "href", "srcset", "data", "action", "poster"}
        self.found += [f"{tag} {name}={value}" for name, value in given if name in asking]
        self.found += [f"{tag} {name}" for name, _ in given if name.startswith("on")]
        if tag in {"script", "iframe", "object", "embed", "link", "base"}:
            self.found.append(tag)


def opened(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment; filename=")
    page = response.content.decode()
    assert Needs(page).found == []
    assert not re.search(r"@import|url\(", page)
    return page


def test_the_report_of_a_run(signed_in: Client, run: Run, baseline: Run) -> None:
    page = opened(signed_in, f"/runs/{run.pk}/report.html")
    told = words(page)
    assert f"Run {run.pk}" in told and "66.7 (20.8 to 93.9)" in told
    assert "algebra" in told and "law &amp; order" in told
    assert "No expert was right" in told
    assert "Seed" in told and f"differs from the baseline, Run {baseline.pk}" in told
    assert "42.0 s" in told or "42 s" in told, "12 s loading and 30 s generating"
    assert "1.0 Wh" in told
    assert "@page" in page and "<svg" in page
    assert "<script" not in page and "&lt;script src=" in page


def test_the_report_of_a_comparison(signed_in: Client, run: Run, baseline: Run) -> None:
    for query in (f"a={baseline.pk}&b={run.pk}", f"run={baseline.pk}&run={run.pk}"):
        told = words(opened(signed_in, f"/runs/compare/report.html?{query}"))
        assert "+33.3" in told and "Seed" in told and "law &amp; order" in told
    assert signed_in.get(f"/runs/compare/report.html?a={run.pk}").status_code == 404
    assert signed_in.get(f"/runs/compare/report.html?a={run.pk}&b={10**9}").status_code == 404


def test_the_report_of_a_profile(signed_in: Client, recorded_profile: Profile) -> None:
    address = f"/profiles/{recorded_profile.pk}"
    told = words(opened(signed_in, f"{address}/report.html"))
    assert "right" in told and "100.0 (75.8 to 100.0)" in told
    rows = read(signed_in, f"{address}/tables/experts.csv")
    assert rows[0]["Questions"] == "12" and rows[0]["Accuracy, %"] == "100.0"


def read(client: Client, address: str) -> list[dict[str, str]]:
    response = client.get(address)
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode())))


def test_tables_of_a_run(signed_in: Client, run: Run) -> None:
    at = f"/runs/{run.pk}/tables"
    algebra, law, whole = read(signed_in, f"{at}/categories.csv")
    assert (algebra["Category"], algebra["Questions"], algebra["Accuracy, %"]) == (
        *("algebra", "2", "100.0"),
    )
    assert law["Accuracy, %"] == "0.0" and whole["Category"] == "All"
    experts = read(signed_in, f"{at}/experts.csv")
    assert [row["Seats"] for row in experts] == ["3", "3"]
    assert sorted(row["GPU seconds"] for row in experts) == ["0", "42"]
    (cost,) = read(signed_in, f"{at}/costs.csv")
    assert (cost["GPU seconds, loading"], cost["Energy, Wh"]) == ("12", "1.0")
    assert r"law \& order" in signed_in.get(f"{at}/categories.tex").content.decode()
    assert "| algebra | 2 |" in signed_in.get(f"{at}/categories.md").content.decode()
    assert cost["Expert"] == HOSTILE.rpartition("/")[2]
    for wrong in (f"{at}/nothing.csv", f"{at}/costs.exe"):
        assert signed_in.get(wrong).status_code == 404


def test_tables_of_a_comparison(signed_in: Client, run: Run, baseline: Run) -> None:
    at = "/runs/compare/tables"
    query = f"a={baseline.pk}&b={run.pk}"
    first, second = read(signed_in, f"{at}/runs.csv?{query}")
    assert (first["Gained"], second["Gained"], second["Lost"]) == ("", "1", "0")
    rows = read(signed_in, f"{at}/categories.csv?{query}")
    assert [row["Category"] for row in rows] == ["algebra", "law & order"]
    assert rows[0][f"Run {baseline.pk}, %"] == "50.0" and rows[0][f"Run {run.pk}, %"] == "100.0"


def test_the_page_of_a_run_leads_to_them(signed_in: Client, run: Run) -> None:
    page = signed_in.get(f"/runs/{run.pk}").content.decode()
    for name in ("report.html", "tables/categories.tex", "tables/costs.md", "costs"):
        assert f'/runs/{run.pk}/{name}"' in page
