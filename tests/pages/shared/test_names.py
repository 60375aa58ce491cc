"""How pages show an expert's name."""

from django.template import Context, Template
from django.test import Client

from webapp.accounts.models import Team
from webapp.experts.models import Expert


def test_names_are_short_with_the_whole_one_in_the_title(team: Team) -> None:
    far = Expert.objects.create(name="mistralai/Mixtral-8x7B", source="m")
    near = Expert.objects.create(name="tiny-<01>", source="t")
    page = Template(
        "{% load shown %}{{ far|name }} {{ far|name_link }} {{ far|short }} {{ near|name }}"
    )
    shown = page.render(Context({"far": far, "near": near}))
    assert shown == (
        '<span class="expert" title="mistralai/Mixtral-8x7B">Mixtral-8x7B</span>'
        f' <a class="expert" href="/experts/{far.pk}" title="mistralai/Mixtral-8x7B">'
        'Mixtral-8x7B</a> Mixtral-8x7B <span class="expert">tiny-&lt;01&gt;</span>'
    )


def test_an_experts_own_page_has_the_whole_name(signed_in: Client) -> None:
    far = Expert.objects.create(name="mistralai/Mixtral-8x7B", source="m")
    assert "<h1>mistralai/Mixtral-8x7B</h1>" in signed_in.get(far.get_absolute_url()).text
