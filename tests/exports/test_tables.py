"""Tables in three forms, with names that each form could take for something else."""

import csv
import io

from markdown_it import MarkdownIt

from moe_core.intervals import Share
from webapp.exports.tables import TABLE_FORMS, Between, Table, as_csv, as_latex, as_markdown, shown

NAME = "mistralai/Mixtral-8x7B_v0.1 & 50 % of {x}"
TABLE = Table(
    "experts",
    "Accuracy of R&D_1",
    ("Expert", "Seats", "Accuracy, %", "Against the baseline"),
    [
        (NAME, 1047, Share(41, 69), Between(-1.25, -3, 0.5, is_change=True)),
        ('=cmd|"x" <b>$y$', 0, Share(0, 0), None),
    ],
    "Intervals of 95 %.",
)  # fmt: skip


def test_what_people_read() -> None:
    assert [shown(cell) for cell in TABLE.rows[0][1:]] == [
        *("1,047", "59.4 (47.6 to 70.2)", "\N{MINUS SIGN}1.2 (\N{MINUS SIGN}3.0 to +0.5)")
    ]
    assert [shown(cell) for cell in TABLE.rows[1][2:]] == ["\N{EN DASH}"] * 2
    assert (shown(3.14159), shown("a-b"), shown(-2)) == ("3.1", "a-b", "\N{MINUS SIGN}2")


def test_csv_has_the_bounds_as_columns_of_their_own() -> None:
    head, first, second = csv.reader(io.StringIO(as_csv(TABLE)))
    assert head == [
        *("Expert", "Seats", "Accuracy, %", "Accuracy, %: low", "Accuracy, %: high"),
        *(f"Against the baseline{part}" for part in ("", ": low", ": high")),
    ]
    assert first[1] == "1047" and float(first[2]) == 100 * 41 / 69
    assert first[5:] == ["-1.25", "-3", "0.5"], "numbers are numbers"
    assert second[0].startswith("'=cmd") and second[2:] == [""] * 6


def test_markdown_is_one_table_whatever_names_hold() -> None:
    html = MarkdownIt("commonmark").enable("table").render(as_markdown(TABLE))
    assert html.count("<tr>") == 3 and html.count("<td") == 8
    assert "mistralai/Mixtral-8x7B_v0.1 &amp; 50 % of {x}" in html
    assert "=cmd|&quot;x&quot; &lt;b&gt;$y$" in html
    assert "<em>" not in html and "<b>" not in html


def test_latex_escapes_what_it_would_obey() -> None:
    text = as_latex(TABLE)
    lines = text.splitlines()
    assert r"\begin{tabular}{lrrr}" in lines and r"\toprule" in lines
    assert r"\caption{Accuracy of R\&D\_1. Intervals of 95 \%.}" in lines
    row = next(line for line in lines if line.startswith("mistralai"))
    assert row.startswith(r"mistralai/Mixtral-8x7B\_v0.1 \& 50 \% of \{x\} & 1,047 & 59.4 (47.6")
    assert r"$-$1.2 ($-$3.0 to +0.5) \\" in row
    assert r"=cmd\textbar{}" in text and r"\textless{}b\textgreater{}\$y\$" in text


def test_the_forms_have_names() -> None:
    assert [form.title for form in TABLE_FORMS.values()] == ["CSV", "Markdown", "LaTeX"]


def test_columns_that_say_nothing_are_left_out_where_people_read() -> None:
    rows = [("a", 0, 1, None), ("b", 0, 2, None)]
    lean = Table("t", "T", ("Name", "Zero", "Figure", "None"), rows).lean
    assert (list(lean.columns), lean.rows) == (["Name", "Figure"], [["a", 1], ["b", 2]])
