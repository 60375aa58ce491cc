"""Which findings there are, by what finds them."""

from collections.abc import Mapping

from webapp.advising import advice, contributions
from webapp.advising.findings import Find
from webapp.runs.models import Finding

FINDERS: Mapping[str, Find] = {
    Finding.Name.CONTRIBUTIONS.value: contributions.find,
    Finding.Name.ADVICE.value: advice.find,
}
