"""What an engine says of itself is taken over wherever experts are made, read and loaded."""

from importlib import import_module
from pkgutil import iter_modules

import pytest

from webapp.api.experts import ExpertDetails, NewExpert
from webapp.commands.management.commands.add_expert import SETTINGS, Command
from webapp.experts import engines
from webapp.experts.engines import ENGINES, GENERATING, EngineFields
from webapp.experts.engines.base import EngineKind
from webapp.experts.forms import ExpertForm
from webapp.experts.models import Expert

EACH = pytest.mark.parametrize("engine", ENGINES.values(), ids=list(ENGINES))


@EACH
def test_its_settings_are_columns_of_every_expert(engine: EngineKind) -> None:
    assert engine.fields is None or issubclass(EngineFields, engine.fields)
    columns = {field.name for field in Expert._meta.fields}
    assert set(engine.settings) <= columns
    assert engine.needed.keys() <= set(engine.settings)


@EACH
def test_its_settings_are_in_the_form_the_api_and_the_command(engine: EngineKind) -> None:
    wanted = set(engine.settings)
    assert wanted <= ExpertForm().fields.keys()
    assert wanted <= NewExpert.model_fields.keys()
    assert wanted <= ExpertDetails.model_fields.keys()
    assert wanted <= set(SETTINGS)
    options = Command().create_parser("manage.py", "add_expert")._option_string_actions
    for name in wanted:
        assert options[f"--{name.replace('_', '-')}"].dest == name


@pytest.mark.parametrize("engine", GENERATING, ids=[engine.name for engine in GENERATING])
def test_its_loader_can_be_imported(engine: EngineKind) -> None:
    module, _, function = engine.loader.partition(":")
    assert callable(getattr(import_module(module), function))


def test_what_an_engine_loads_is_its_alone() -> None:
    """By it the gpu worker finds the loader."""
    types = [engine.loads for engine in GENERATING]
    assert None not in types and len({*types}) == len(types)


def test_every_file_of_the_folder_is_registered() -> None:
    files = {module.name for module in iter_modules(engines.__path__)} - {"base"}
    for name in files:
        found = vars(import_module(f"{engines.__name__}.{name}")).values()
        (engine,) = [value for value in found if isinstance(value, EngineKind)]
        assert ENGINES[engine.name] is engine
    assert len(files) == len(ENGINES)
