"""Add an expert: a team's own checkpoint, or one or more of the presets."""

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.db import models, transaction

from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.commands.base import ProductCommand
from webapp.experts.checkpoints import doubt, placed
from webapp.experts.checks.hub import look
from webapp.experts.engines import GENERATING, OWN_SETTINGS, VLLM
from webapp.experts.models import Expert
from webapp.experts.preset_pool import there_of
from webapp.experts.presets import PAPER, PRESETS, SETS, PresetExpert, PresetSet
from webapp.experts.prompting import PROMPTING

ALL = {"all": PAPER, **SETS}  # `all` has been the paper's sixteen since there were no others
SETTINGS = (*PROMPTING, "caution", *OWN_SETTINGS)
CHOICES = f"{', '.join(ALL)}, or one of {', '.join(PRESETS)}"


class Command(ProductCommand):
    help = "Add an expert, by hub id or folder, or experts from the lists with --preset."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", help="what the product calls it")
        parser.add_argument(
            "source", nargs="?", help="hub id, path of a local folder, or an endpoint's model"
        )
        parser.add_argument(
            "--preset", metavar="NAME", help=f"{CHOICES}: docs/presets.md has what each needs"
        )
        parser.add_argument(
            "--check", action="store_true", help="ask the hub about a hub id before it is added"
        )
        groups = {"how it is asked": [*PROMPTING, "caution"]}
        groups |= {f"of {engine.title}": engine.settings for engine in GENERATING}
        for title, names in groups.items():
            group = parser.add_argument_group(title)
            for name in names:
                group.add_argument(f"--{name.replace('_', '-')}", **_option(name))

    def handle(self, *args: Any, **options: Any) -> None:
        given = {key: options[key] for key in SETTINGS if options[key] is not None}
        given |= {name: _json(name, text) for name, text in given.items() if _is_json(name)}
        for engine in GENERATING:
            if given.keys() & engine.needed.keys():  # an endpoint's address, for example
                given["engine"] = engine.name
        self._asks_hub = options["check"]
        if options["preset"] in ALL:
            if options["name"] or given:
                raise CommandError(
                    f"--preset {options['preset']} takes no name and no settings: add one at a"
                    " time."
                )
            self._add_set(ALL[options["preset"]])
        elif options["preset"]:
            self._add(_preset_fields(_preset(options["preset"]), options) | given)
        elif options["name"] and options["source"]:
            self._add({"name": options["name"], "source": options["source"]} | given)
        else:
            raise CommandError(
                "Give a name and a source, such as `add_expert Qwen Qwen/Qwen2.5-7B-Instruct`,"
                " or --preset."
            )

    def _add_set(self, chosen: PresetSet) -> None:
        """Add those that are not there yet; one that needs a decision is named, not added."""
        there = there_of(chosen.presets)
        for preset in chosen.presets:
            if preset.name in there:
                self.stdout.write(f"{preset.name} is there already.")
            elif preset.trust_remote_code:
                self.stdout.write(
                    f"{preset.name} is left out: it runs code from its checkpoint. Look at that,"
                    f" then `add_expert --preset {preset.name} --revision COMMIT`."
                )
            else:
                self._add(preset.settings())

    def _add(self, fields: dict[str, Any]) -> None:
        expert = Expert(**fields)
        if expert.engine == VLLM.name:
            given, expert.source = expert.source, placed(expert.source, Path.cwd())
            if said := doubt(given, expert.source):
                self.stdout.write(said)
        try:
            expert.full_clean()
        except ValidationError as error:
            raise CommandError(_messages(error)) from None
        if self._asks_hub:
            self._check(expert)
        with transaction.atomic():
            expert.save()
            record(Action.EXPERT_ADDED, expert, engine=expert.engine, source=expert.source)
        self.stdout.write(f"Added {expert} ({expert.source}). Try it: `try_expert '{expert}'`.")

    def _check(self, expert: Expert) -> None:
        """Raises CommandError where the hub says that it will not load."""
        if expert.engine != VLLM.name or expert.is_local:
            raise CommandError("--check is for hub ids: a folder is looked at in any case.")
        said = look(expert.asked)
        if said.mistakes:
            raise CommandError(" ".join(said.mistakes.values()))
        self.stdout.write(str(said))


def _option(name: str) -> dict[str, Any]:
    """How a setting is given, by the field that holds it."""
    field = Expert._meta.get_field(name)
    about = f"{field.verbose_name}. {field.help_text}".strip()  # type: ignore[union-attr]
    if isinstance(field, models.BooleanField):
        return {"help": about, "action": "store_true", "default": None}
    if isinstance(field, models.IntegerField):
        return {"help": about, "type": int}
    if isinstance(field, models.FloatField):
        return {"help": about, "type": float}
    if isinstance(field, models.JSONField):
        return {"help": about, "metavar": "JSON"}
    if choices := field.choices:  # type: ignore[union-attr]
        return {"help": f"one of {', '.join(str(value) for value, _ in choices)}"}
    return {"help": about}


def _is_json(name: str) -> bool:
    return isinstance(Expert._meta.get_field(name), models.JSONField)


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        example = '["###"]' if getattr(Expert(), name) == [] else '{"a": 1}'
        raise CommandError(
            f"--{name.replace('_', '-')} is no JSON: give something like {example}."
        ) from None


def _preset(name: str) -> PresetExpert:
    try:
        return PRESETS[name]
    except KeyError:
        raise CommandError(f"There is no preset {name!r}: choose {CHOICES}.") from None


def _preset_fields(preset: PresetExpert, options: dict[str, Any]) -> dict[str, Any]:
    """What the form would hold; a name or source on the command line replaces the preset's."""
    return preset.settings() | {key: options[key] for key in ("name", "source") if options.get(key)}


def _messages(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        f"{field.replace('_', ' ')}: {' '.join(messages)}"
        for field, messages in error.message_dict.items()
    )
