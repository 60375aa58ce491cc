"""Published figures beside a team's own: marked as such, with their sources."""

from django.template import Context, Template

from tests.pages.reading import flat


def test_figures_stand_with_their_sources() -> None:
    page = flat(Template('{% load shown %}{% published "gpqa" %}').render(Context()))
    assert "<summary>Published figures</summary>" in page
    assert "Symbolic-MoE, arXiv 2503.05641, abstract" in page and "+8.15 points" in page
    assert "(read 30 November 2026)" in page and "The Avengers, arXiv 2505.19797, table 2" in page
    assert "(quoted)" in page and "70.5 %" in page
    assert "R1-Distill-Qwen-7B" in page and "Exaone" not in page  # of GPQA alone
