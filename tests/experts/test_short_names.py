"""Experts are called briefly, and no two alike."""

import pytest
from pytest_django import DjangoAssertNumQueries

from webapp.accounts.models import Team
from webapp.experts.models import Expert
from webapp.experts.short_names import names_kept, short, short_names


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["mistralai/Mixtral-8x7B", "google/gemma-2-9b-it"], ["Mixtral-8x7B", "gemma-2-9b-it"]),
        (["a/Llama-3", "b/Llama-3", "c/Qwen"], ["a/Llama-3", "b/Llama-3", "Qwen"]),
        (["a/llama-3", "b/Llama-3"], ["a/llama-3", "b/Llama-3"]),
        (["Llama-3", "a/Llama-3"], ["Llama-3", "a/Llama-3"]),
        (["x/a/m", "x/b/m", "x/b/n"], ["a/m", "b/m", "n"]),
        (["tiny-01", "and/or", "a/"], ["tiny-01", "or", "a/"]),
        (["x/m", "X/M"], ["x/m", "X/M"]),
        ([], []),
    ],
)
def test_the_publisher_is_named_where_two_are_alike(names: list[str], shown: list[str]) -> None:
    assert short_names(names) == dict(zip(names, shown, strict=True))


def test_only_what_the_team_sees_counts(team: Team) -> None:
    for name, whose in [("a/Llama", None), ("b/Llama", Team.objects.create(name="others"))]:
        Expert.objects.create(name=name, source=name, team=whose)
    with names_kept(team):
        assert short("a/Llama") == "Llama"
    Expert.objects.create(name="c/Llama", source="c", team=team)
    with names_kept(team):
        assert short("a/Llama") == "a/Llama"
        assert short("gone/Llama") == "gone/Llama", "no expert any more"
        assert short("gone/Qwen") == "Qwen"


def test_names_are_read_once(team: Team, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    expert = Expert.objects.create(name="mistralai/Mixtral", source="m")
    with django_assert_num_queries(1), names_kept(team):
        assert [short(expert) for _ in range(9)] == ["Mixtral"] * 9
