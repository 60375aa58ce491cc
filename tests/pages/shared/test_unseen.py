"""What hides in a text, or turns it round, is shown as what it is, wherever pages show texts."""

import re

import pytest
from django.test import Client

from webapp.experts.models import Expert
from webapp.pages.shared.charts import label
from webapp.pages.shared.markup import render
from webapp.pages.shared.unseen import UNSEEN, marked, plain
from webapp.runs.models import Run

HIDDEN = [
    *("\u202e", "\u202a", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c"),  # directions
    *("\u200b", "\u200d", "\u200c", "\u2060", "\u2061", "\ufeff", "\xad", "\u034f", "\u180e"),
    *("\u3164", "\uffa0", "\u115f", "\u2028", "\ufff9"),  # seen as nothing, or as a space
    *("\U000e0041", "\U000e0100", "\x1b", "\x7f", "\x9b"),  # tags, selectors, control characters
]


def said(char: str) -> str:
    return f"U+{ord(char):04X}"


@pytest.mark.parametrize("char", HIDDEN)
@pytest.mark.parametrize(
    "written",
    ["a{}b", "`a{}b`", "$a{}b$", "# a{}b", "|a{}b|\n|-|\n|b|", "```\na{}b\n```", "_a{}b_"],
)
def test_in_markdown(char: str, written: str) -> None:
    html = render(written.format(char))
    assert UNSEEN.search(html) is None
    assert said(char) in html


@pytest.mark.parametrize("char", [c for c in HIDDEN if c > "\xa0"])
@pytest.mark.parametrize("spelled", ["&#x{0:x};", "&#{0};"])
def test_entities_become_them_after_all_else(char: str, spelled: str) -> None:
    html = render(f"a{spelled.format(ord(char))}b")
    assert UNSEEN.search(html) is None
    assert said(char) in html


def test_named_entities() -> None:
    for name in ("rlm", "zwj", "shy", "ZeroWidthSpace", "NoBreak", "InvisibleTimes"):
        html = render(f"a&{name};b")
        assert UNSEEN.search(html) is None
        assert "U+" in html, name


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f469\u200d\U0001f467 \u2764\ufe0f",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u0915\u094d\u200d\u0937",
        "\u05e9\u05dc\u05d5\u05dd e\u0301 \xa0 \u3000",
    ],
)
def test_what_languages_and_emoji_need_is_left(text: str) -> None:
    assert marked(text) == plain(text) == text


def test_in_tags_and_forms() -> None:
    assert marked('<a title="a\u202eb">') == '<a title="a[U+202E]b">'
    for sent_back in ('<input value="a\u202eb">', "<textarea>a\u202eb</textarea>"):
        assert marked(sent_back) == sent_back
    assert marked("<title>a\u202eb</title>") == "<title>a[U+202E]b</title>"
    assert marked('<option value="\u202e">a\u202eb</option>') == (
        '<option value="\u202e">a[U+202E]b</option>'
    )


def test_a_page_does_not_grow_a_hundredfold() -> None:
    assert marked("a" + "\u202e" * 1_003 + "b") == (
        'a<span class="unseen" title="right-to-left override">U+202E U+202E U+202E and 1,000 more'
        "</span>b"
    )
    text = "a\u202e" * 100_000
    assert len(marked(text)) < 8 * len(text)
    assert UNSEEN.search(marked(text)) is None


def test_labels_of_charts() -> None:
    assert label("a\u202eb<i>") == "a[U+202E]b&lt;i&gt;"


@pytest.mark.django_db
def test_on_pages(signed_in: Client, run: Run) -> None:
    """Names of experts, sets and runs, categories, questions, outputs: whatever a page shows."""
    assert run.question_set is not None
    hidden = "gpt\u202e-4\U000e0041"
    run.question_set.questions.update(text=hidden, category=hidden, options=[hidden], gold="A")
    run.generations.update(status="done", output=f"a&#x202e;b {hidden}", stated=hidden)
    for named in (run.question_set, run.pool, *Expert.objects.all()):
        named.name = f"{hidden}{named.pk}"
        named.save()
    answer, question = run.answers.first(), run.question_set.questions.first()
    assert answer is not None and question is not None
    for address in (
        *("/question-sets/", "/experts/", "/pools/", "/runs/", "/runs/new"),
        *(f"/runs/{run.pk}", f"/runs/{run.pk}/questions", f"/runs/{run.pk}/questions/{answer.pk}"),
        f"/question-sets/{run.question_set.pk}/questions/{question.pk}",
    ):
        page = signed_in.get(address).content.decode()
        sent_back = re.compile(r"<(?:option|input|button)[^>]*>|<textarea.*?</textarea>", re.DOTALL)
        assert UNSEEN.search(sent_back.sub("", page)) is None, address
        assert "U+202E" in page, address
