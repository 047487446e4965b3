"""requirements.txt, for hosts that build from it, is what pyproject.toml asks for."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = (ROOT / "requirements.txt").read_text(encoding="utf-8")


def blocks() -> list[str]:
    joined = PINS.replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]


def pinned() -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = {}
    for block in blocks():
        requirement = Requirement(block.split("--hash")[0].strip())
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def version_of(requirement: Requirement) -> Version:
    (one,) = requirement.specifier
    assert one.operator == "=="
    return Version(one.version)


def test_every_line_is_pinned_and_hashed():
    for block in blocks():
        assert re.match(r"^[a-z0-9][a-z0-9.-]*==\S+", block), block
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block


def test_no_line_names_a_package_index():
    assert "://" not in PINS
    assert not [line for line in PINS.splitlines() if line.startswith("-")]


@pytest.mark.parametrize("wanted", PROJECT["dependencies"])
def test_every_dependency_is_pinned_within_its_range(wanted):
    requirement = Requirement(wanted)
    pins = pinned()[canonicalize_name(requirement.name)]
    assert all(requirement.specifier.contains(version_of(pin)) for pin in pins)


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_what_the_pinned_packages_need_is_pinned_too(python):
    environment = default_environment() | {"python_version": python, "python_full_version": f"{python}.0", "extra": ""}
    pins = pinned()
    for name in pins:
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # pinned for another Python than the one that runs this
        for need in map(Requirement, needs):
            if need.marker is None or need.marker.evaluate(environment):
                chosen = [pin for pin in pins.get(canonicalize_name(need.name), []) if _applies(pin, environment)]
                assert chosen, f"{name} needs {need} on Python {python}"
                assert all(need.specifier.contains(version_of(pin)) for pin in chosen), f"{name} needs {need}"


def _applies(pin: Requirement, environment: dict[str, str]) -> bool:
    return pin.marker is None or pin.marker.evaluate(environment)
