"""Which findings there are, by what finds them."""

from collections.abc import Mapping

from webapp.advising import contributions
from webapp.advising.findings import Find
from webapp.runs.models import Finding

FINDERS: Mapping[str, Find] = {Finding.Name.CONTRIBUTIONS.value: contributions.find}
