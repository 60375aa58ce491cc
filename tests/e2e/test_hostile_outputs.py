"""What models and files say is shown on every page, and nothing of it runs, loads or styles."""

import re
from pathlib import Path

from tests.e2e.conftest import Visitor
from tests.e2e.looking import is_drawn
from tests.e2e.steps import (
    as_lines,
    build_profile,
    fill_in_a_run,
    import_responses,
    start_the_run,
    upload,
)
from tests.pages.shared.test_markup import ATTACKS

AT_ONCE = 3  # attacks in one place: each alone is for tests/pages/shared/test_markup.py
LABEL = 200  # characters that an id or a category may have
_SAID = [attack for attack in ATTACKS if "\0" not in attack]  # which no file may hold
SAID = ["\n\n".join(_SAID[n : n + AT_ONCE]) for n in range(0, len(_SAID), AT_ONCE)]
POOL = "Hostile logs"
EXPERT = "<script>alert(1)</script>"
# What the product's own pages never have within what they show.
STRANGERS = (
    "script, style, img, iframe, object, embed, form[action^=http], [onerror], [onload],"
    " [onmouseover], a[href^='javascript' i], a[href^='data:' i], .rendered [id], .rendered .panel"
)


def questions(folder: Path, kind: str) -> Path:
    """Attacks stand wherever a file may say something."""
    rows: list[dict[str, object]] = [
        {
            "question_id": f"{n} {attack}"[:LABEL],
            "question": f"{n}: {attack} $x^{{{n}}}$",
            "options": [attack, f"Another {attack}"],
            "answer": "A",
            "category": attack[:LABEL],
        }
        for n, attack in enumerate(SAID)
    ]
    return as_lines(folder / f"hostile-{kind}.jsonl", rows)


def responses(folder: Path, kind: str) -> Path:
    rows: list[dict[str, object]] = [
        {
            "question_id": f"{n} {attack}"[:LABEL],
            "model": model,
            "output": f"<think>{attack}</think>{attack}\n\n{said}\n\n{attack}",
        }
        for n, attack in enumerate(SAID)
        for model, said in (("one", "The answer is (A)."), (EXPERT, rf"\boxed{{{attack}}}"))
    ]
    return as_lines(folder / f"responses-{kind}.jsonl", rows)


def nothing_ran(visitor: Visitor, address: str) -> None:
    visitor.go(address)
    is_drawn(visitor.page)
    is_harmless(visitor, address)


def is_harmless(visitor: Visitor, where: str) -> None:
    """`wrong` has every script error, notice, refused or foreign request, and policy violation."""
    assert visitor.page.locator("main").locator(STRANGERS).count() == 0, where
    assert not visitor.wrong, where


def say(visitor: Visitor, answer: str, attack: str) -> None:
    """A review with a note, and a comment."""
    page = visitor.page
    visitor.go(answer)
    form = page.locator("form").filter(has=page.get_by_role("group", name="your verdict"))
    form.get_by_label("Gold disputed").check()
    form.get_by_label("The answer should be").fill(attack)
    form.get_by_label("Note").fill(attack)
    form.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("article", name="Review by").wait_for()
    page.get_by_label("Add a comment").fill(attack)
    page.get_by_role("button", name="Comment").click()
    page.get_by_role("article", name="Comment by").wait_for()


def test_attacks_are_text(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    visitor.wrong.clear()
    addresses = ["/", "/runs/", "/runs/new", "/question-sets/", "/experts/", "/pools/"]
    for kind in ("validation", "test"):
        upload(visitor, questions(tmp_path, kind), kind=kind)
        page.wait_for_url(re.compile(r"/question-sets/\d+$"))
        addresses.append(page.url.removeprefix(visitor.url))
        import_responses(
            visitor, responses(tmp_path, kind), question_set=f"hostile-{kind}", pool=POOL
        )
    addresses.append(page.url.removeprefix(visitor.url))
    build_profile(visitor, POOL)
    fill_in_a_run(visitor, "hostile-test", POOL, "all-experts")
    run = start_the_run(visitor)
    page.locator("#live-summary [data-status=done]").wait_for(timeout=60_000)
    addresses += [run, f"{run}/questions", f"{run}/lost", f"{run}/review"]
    visitor.go(f"{run}/questions")
    links = page.locator("tbody a[data-pane]")
    answers = [link.get_attribute("href") or "" for link in links.all()]
    assert len(answers) == len(SAID)
    for answer, attack in zip(answers[::4], SAID[::4], strict=True):
        say(visitor, answer, attack)
    for address in addresses + answers:
        nothing_ran(visitor, address)


def test_what_is_folded_opens_by_keyboard(visitor: Visitor) -> None:
    """It is fetched then, beside the table too, and is as harmless; formulas in it are set."""
    page = visitor.page
    visitor.go("/runs/")
    page.locator("tbody th a").first.click()
    page.get_by_role("link", name="Questions and answers").click()
    page.locator("tbody a[data-pane]").first.click()
    beside = page.locator("#pane article.response details").first
    beside.locator("summary").focus()
    page.keyboard.press("Enter")
    beside.locator(".rendered").wait_for()
    assert "alert(1)" in beside.inner_text()
    page.locator("#pane").get_by_role("link", name="Open", exact=True).click()
    for title in ("Thinking", "Output as written"):
        fold = page.locator("article.response details").filter(has_text=title).first
        fold.locator("summary").focus()
        page.keyboard.press("Enter")
        fold.locator(".rendered, pre").first.wait_for()
        assert "alert(1)" in fold.inner_text()
    is_harmless(visitor, "what was folded")


def test_attacks_are_text_where_a_click_brings_them(visitor: Visitor) -> None:
    """The pane beside the table, and the questions behind a profile's cells."""
    page = visitor.page
    visitor.go("/runs/")
    page.locator("tbody th a").first.click()
    page.get_by_role("link", name="Questions and answers").click()
    for link in page.locator("tbody a[data-pane]").all():
        link.click()
        page.locator(f"#pane a[href^='{link.get_attribute('href')}']").first.wait_for()
        is_harmless(visitor, link.inner_text())
    visitor.go("/pools/")
    page.get_by_role("link", name=POOL).first.click()
    page.get_by_role("link", name="hostile-validation").click()
    cells = page.locator(".heat tbody td a").all()
    for address in [cell.get_attribute("href") or "" for cell in cells]:
        nothing_ran(visitor, address)


def test_an_upload_is_looked_at_without_harm(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    rows: list[dict[str, object]] = [
        {attack: attack, "question": attack, "answer": f"{attack}" * bool(n % 2), "options": attack}
        for n, attack in enumerate(SAID)
    ]
    visitor.go("/question-sets/new")
    name = "<img src=x onerror=alert(1)>.jsonl"
    page.get_by_label("File", exact=True).set_input_files(
        {
            "name": name,
            "mimeType": "text/plain",
            "buffer": as_lines(tmp_path / "x", rows).read_bytes(),
        }
    )
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/question-sets/uploads/*")
    assert name in page.inner_text("main")
    is_harmless(visitor, "the upload")
