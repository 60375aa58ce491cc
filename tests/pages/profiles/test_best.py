"""Who is best at something, in sentences that say what they rest on."""

import pytest

from tests.conftest import MakeSet, Messages, demo_expert
from tests.findings.working import work
from tests.pages.profiles.made import RIGHT, WRONG, Observed, built
from webapp.experts.models import Expert, Pool
from webapp.findings import families
from webapp.pages.profiles.best import Best, best
from webapp.pages.profiles.families import families_of
from webapp.pages.profiles.finding import Match, matches
from webapp.pages.profiles.orders import FAMILY, SKILL
from webapp.runs.models import Finding, Profile

pytestmark = pytest.mark.django_db
N = 30
# Per expert whether it is right: the first knows chemistry, the second law, the third nothing.
ORGANIC: list[Observed] = [
    *[(["organic chemistry"], RIGHT, WRONG, WRONG)] * 3,
    (["organic chemistry"], WRONG, RIGHT, WRONG),
]
CHEMISTRY: list[Observed] = [(["stoichiometry"], RIGHT, WRONG, WRONG)] * 16
LAW: list[Observed] = [(["tort law"], WRONG, RIGHT, WRONG)] * 10
NAMES = ["meta/Llama-3.1-8B", "mistralai/Mixtral-8x7B-Instruct-v0.1", "tiny/Nothing"]


@pytest.fixture
def profile(pool: Pool, question_set: MakeSet, nobody_listens: Messages) -> Profile:
    pool.experts.add(demo_expert("tiny-03"))
    for expert, name in zip(pool.experts.order_by("name"), NAMES, strict=True):
        Expert.objects.filter(pk=expert.pk).update(name=name)
    chosen = question_set("validation", N)
    for place, question in enumerate(chosen.questions.order_by("row")):
        question.category = "chemistry" if place < len(ORGANIC) + len(CHEMISTRY) else "law"
        question.save()
    return built(pool, question_set, [*ORGANIC, *CHEMISTRY, *LAW])


def asked(profile: Profile, kind: str, name: str) -> Best:
    work(Finding.Name.FAMILIES)
    found = best(profile, families_of(profile), Match(kind, name, 0))
    assert found is not None
    return found


def told(profile: Profile, kind: str, name: str) -> Best:
    """Once the worker has counted."""
    families.ask(profile)
    return asked(profile, kind, name)


def test_few_questions_are_said_to_be_few_and_the_family_decides(profile: Profile) -> None:
    found = told(profile, SKILL, "organic chemistry")
    assert found.sentences[:2] == [
        "In organic chemistry, Llama-3.1-8B leads with 3 of 4, too few to tell it from any of the 2"
        " others.",
        "In all of chemistry, Llama-3.1-8B leads with 19 of 20 (95 %, 95 %: 76\N{EN DASH}99 %):"
        " better than each of the 2 others, beyond what chance explains.",
    ]
    assert found.family == "chemistry"
    assert found.trust == (
        "Yes",
        "4 questions cannot tell it from any of the 2 others, but in all of chemistry it is better"
        " than everyone, beyond chance.",
    )
    assert [row.expert.name for row in found.rows] == NAMES
    assert [state for _, _, state in found.rows[0].cells] == ["leads", "leads", "leads"]
    assert [state for _, _, state in found.rows[2].cells] == ["may be as good", "behind", "behind"]


def test_a_leader_that_is_behind_in_its_family_is_not_trusted(profile: Profile) -> None:
    second = profile.pool.experts.order_by("pk")[1]
    rows = profile.runs.get().generations.filter(answer__skills__contains=[["organic chemistry"]])
    rows.filter(expert=second).update(verdict=RIGHT)
    profile.cells.filter(expert=second, skill="organic chemistry").update(right=4, wrong=0)
    found = told(profile, SKILL, "organic chemistry")
    assert found.sentences[1].startswith(
        "In all of chemistry, Mixtral-8x7B-Instruct-v0.1 has 4 of 20 (20 %, 95 %: 8\N{EN DASH}42 %)"
        ", and Llama-3.1-8B leads with 19 of 20"
    )
    assert found.trust[0] == "No"
    assert found.trust[1].endswith(
        "and in all of chemistry Llama-3.1-8B is better, beyond what chance explains."
    )


def test_enough_questions_decide_alone(profile: Profile) -> None:
    found = told(profile, FAMILY, "law")
    assert found.sentences[0] == (
        "In all of law, Mixtral-8x7B-Instruct-v0.1 leads with 10 of 10 (100 %, 95 %:"
        " 72\N{EN DASH}100 %): better than each of the 2 others, beyond what chance explains."
    )
    assert found.trust == ("Yes", "chance does not explain its lead.")
    assert [standing.title for standing in found.standings] == ["all of law", "all questions"]


def test_equals_lead_together(profile: Profile) -> None:
    first, second, _ = profile.pool.experts.order_by("pk")
    for expert in (first, second):
        rows = profile.runs.get().generations.filter(expert=expert)
        rows.filter(answer__skills__contains=[["organic chemistry"]]).update(verdict=RIGHT)
        profile.cells.filter(expert=expert, skill="organic chemistry").update(right=4, wrong=0)
    found = told(profile, SKILL, "organic chemistry")
    assert found.sentences[0] == (
        "In organic chemistry, Llama-3.1-8B and Mixtral-8x7B-Instruct-v0.1 lead with 4 of 4 each,"
        " too few to tell them from the other one."
    )
    assert found.sentences[1].startswith("In all of chemistry, Llama-3.1-8B leads with 20 of 20")


def test_before_it_is_counted_only_shares_are_said(profile: Profile) -> None:
    found = best(profile, families_of(profile), Match(SKILL, "organic chemistry", 0))
    assert found and found.sentences[0] == "In organic chemistry, Llama-3.1-8B leads with 3 of 4."
    assert found.trust[0] == "Not yet" and found.rows[0].cells[0][2] == ""


def test_what_nobody_answered_has_no_best(profile: Profile) -> None:
    families.ask(profile)
    work(Finding.Name.FAMILIES)
    for match in (Match(SKILL, "alchemy", 0), Match(FAMILY, "alchemy", 0)):
        assert best(profile, families_of(profile), match) is None


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("organic chem", ["organic chemistry"]),
        ("Chem", ["chemistry", "organic chemistry"]),
        ("law", ["law", "tort law"]),
        ("chem org", ["organic chemistry"]),
        ("metry", ["stoichiometry"]),
        ("", []),
        ("  ", []),
    ],
)
def test_a_part_of_a_name_is_enough(profile: Profile, typed: str, found: list[str]) -> None:
    families.ask(profile)
    work(Finding.Name.FAMILIES)
    looked = matches(profile, families_of(profile), typed)
    assert [match.name for match in looked.rows] == found and not looked.is_near


def test_what_is_written_nearly_so_is_offered(profile: Profile) -> None:
    looked = matches(profile, families_of(profile), "stochiometri")
    assert [match.name for match in looked.rows] == ["stoichiometry"] and looked.is_near
    assert not matches(profile, families_of(profile), "quokka").rows
