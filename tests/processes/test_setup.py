"""The set-up's own logic."""

import importlib.util
import re
import sys
from collections import defaultdict
from importlib.metadata import distributions
from pathlib import Path
from types import ModuleType

import pytest

from webapp.processes.product import ROOT


def load_script(name: str) -> ModuleType:
    """A file of scripts/, which is no package: it runs before anything is installed."""
    spec = importlib.util.spec_from_file_location(f"scripts_{name}", ROOT / f"scripts/{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


setup = load_script("setup")
packages = load_script("packages")
assets = load_script("assets")


def test_a_step_runs_again_only_when_its_inputs_change(tmp_path: Path) -> None:
    stamp, runs = tmp_path / "stamp.json", []

    def step(inputs: str) -> bool:
        ran: bool = setup.once("packages", inputs, lambda: runs.append(inputs), stamp)
        return ran

    assert step("a") and not step("a")
    assert step("b") and not step("b")
    assert runs == ["a", "b"]


def test_a_failed_step_is_named_and_not_taken_for_done(tmp_path: Path) -> None:
    stamp = tmp_path / "stamp.json"
    setup.once("packages", "a", lambda: None, stamp)

    def fail() -> None:
        raise setup.StepFailed("No network. Check it.")

    with pytest.raises(setup.StepFailed, match="packages\nNo network"):
        setup.once("packages", "b", fail, stamp)
    assert setup.read_stamp(stamp) == {}
    assert setup.once("packages", "a", lambda: None, stamp)


def test_an_interrupted_step_is_not_taken_for_done(tmp_path: Path) -> None:
    stamp = tmp_path / "stamp.json"
    setup.once("packages", "a", lambda: None, stamp)

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        setup.once("packages", "b", interrupt, stamp)
    assert setup.once("packages", "a", lambda: None, stamp)


def test_a_failed_command_shows_its_end_and_the_advice() -> None:
    with pytest.raises(setup.StepFailed) as caught:
        setup.run([sys.executable, "-c", "print('why'); raise SystemExit(3)"], "Do this.")
    assert re.search(r"why\n.*exit code 3.*\nDo this\.", str(caught.value), re.DOTALL)
    with pytest.raises(setup.StepFailed, match=r"Do this\."):
        setup.run(["no-such-program"], "Do this.")


def test_pips_settings_are_handed_to_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UV_FIND_LINKS", "UV_EXTRA_INDEX_URL", "UV_DEFAULT_INDEX", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    listing = "\n".join(
        [
            ":env:.find-links='/wheels'",
            "global.cert='/a certificate.pem'",
            "global.extra-index-url='https://one.example/simple\\nhttps://two.example/simple'",
            "global.find-links='/not-this-one'",
            "download.find-links='/nor-this'",
        ]
    )
    env = packages.uv_environment(packages.pip_settings(listing))
    assert env["UV_FIND_LINKS"] == "/wheels"
    assert env["UV_EXTRA_INDEX_URL"] == "https://one.example/simple https://two.example/simple"
    assert env["SSL_CERT_FILE"] == "/a certificate.pem"
    assert "UV_DEFAULT_INDEX" not in env


def test_uvs_own_settings_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_FIND_LINKS", "/mine")
    assert "UV_FIND_LINKS" not in packages.uv_environment({"find-links": "/wheels"})


def test_the_device_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKILLMOE_DEVICE", "cuda")
    assert setup.device() == "cuda"
    monkeypatch.setenv("SKILLMOE_DEVICE", "abacus")
    with pytest.raises(setup.StepFailed, match="abacus"):
        setup.device()


def test_the_npm_lock_file_names_no_place_to_download_from() -> None:
    assert "resolved" not in (ROOT / "package-lock.json").read_text()


def test_only_the_allow_list_is_copied(tmp_path: Path) -> None:
    modules, vendor = tmp_path / "node_modules", tmp_path / "static" / "vendor"
    for _, folder, patterns in assets.ASSETS:
        for pattern in patterns:
            file = modules / folder / pattern.replace("*", "one")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("content")
    (modules / "katex/dist/extra.js").write_text("not asked for")
    (vendor / "old").mkdir(parents=True)
    copied = assets.copy_assets(modules, vendor)
    assert sorted(copied) == sorted(path for path in vendor.rglob("*") if path.is_file())
    assert vendor / "katex" / "fonts" / "one" in copied
    assert vendor / "katex" / "extra.js" not in copied


def test_a_missing_front_end_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"bootstrap\.min\.css"):
        assets.copy_assets(tmp_path, tmp_path / "static" / "vendor")


def test_no_two_packages_own_one_file() -> None:
    """As the build tool ninja and django-ninja do: whichever is installed last would win."""
    owners: dict[str, set[str]] = defaultdict(set)
    for package in distributions():
        name = package.name  # which is parsed each time
        for file in map(str, package.files or []):
            if file.endswith(".py") and not file.startswith(".."):
                owners[file].add(name)
    assert not {file: names for file, names in owners.items() if len(names) > 1}
