"""All operations together, their description and its page."""

from functools import cached_property
from typing import Any

from ninja import NinjaAPI, Swagger
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from webapp.api import advice, costs, curves, experts, leaderboards, pools, profiles, scorers, ways
from webapp.api.auth import guarded
from webapp.api.errors import add_handlers
from webapp.api.golds import corrections, suspects
from webapp.api.keeping import deletions, editing  # noqa: F401 (adds to the routers of others)
from webapp.api.reviewing import queues, reviews
from webapp.api.runs import reruns, results, runs, seats, tries
from webapp.api.strict_json import StrictParser
from webapp.api.team import log
from webapp.api.uploads import question_sets, recorded

DESCRIPTION = """\
Upload a validation set and a test set, make a pool, build its profile, start a run, read the
results.

Every request carries `Authorization: Bearer TOKEN`, with a token that `manage.py create_token USER`
made. Every error is JSON: a `message` that says what to do, and `errors` with the rows of a file or
the parameters that are wrong. Lists come in pages: ask again with `cursor` = `next` until that is
null.
"""


class Api(NinjaAPI):
    @cached_property
    def _description(self) -> OpenAPISchema:
        return super().get_openapi_schema()

    def get_openapi_schema(self, **_: Any) -> OpenAPISchema:
        """The same for everybody, and a tenth of a second's work: made once."""
        return self._description

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


api = Api(
    title="Skill-MoE",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    parser=StrictParser(),
    # The badge would ask a host on the internet whether the description is valid.
    docs=Swagger({"validatorUrl": None, "tagsSorter": "alpha"}),
)
add_handlers(api)
PARTS = (
    *(question_sets, recorded, scorers, corrections, suspects, leaderboards),
    *(experts, tries, pools, profiles, advice, ways, curves),
    *(runs, reruns, results, seats, reviews, queues, log, deletions, costs),
)
for part in PARTS:
    api.add_router("", guarded(part.router))
