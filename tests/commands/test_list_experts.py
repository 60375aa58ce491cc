"""What a command says of each expert."""

import pytest

from tests.commands.running import an_expert, manage
from webapp.experts.models import Expert

pytestmark = pytest.mark.django_db

HUB = "somebody/some-model"


def test_listing_experts() -> None:
    assert "add_expert" in manage("list_experts")
    an_expert("tiny-01")
    Expert.objects.create(name="fast", source=HUB, load_seconds=2.5, tokens_per_second=1234)
    Expert.objects.create(name="broken", source=HUB, problem="no such model")
    Expert.objects.create(name="gone", source="/no/such/folder")
    lines = {line.split()[0]: line for line in manage("list_experts").splitlines()}
    assert "not tried yet" in lines["tiny-01"]
    assert "loads in 2.5 s, 1,234 tokens/s" in lines["fast"]
    assert "cannot be used: no such model" in lines["broken"]
    assert "cannot be used: There is no folder" in lines["gone"]
