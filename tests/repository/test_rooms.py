"""The house of CONTRIBUTING.md, held by its imports."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "bot").rglob("*.py"))
FLOORS = {
    "knowledge": 1,
    "storage": 1,
    "diagrams": 2,
    "market": 2,
    "matching": 2,
    "answering": 3,
    "curation": 3,
    "ui": 4,
    "cogs": 4,
    "console.py": 4,
    "preview.py": 5,
    "workshop": 5,
    "cli.py": 5,
    "commands.py": 5,
    "app.py": 5,
    "opening.py": 5,
    "__main__.py": 6,
}
"""Rooms with a floor; what stands on none (errors, clock, settings, logs) may be used by all."""
EVERYWHERE = {"errors.py", "clock.py", "settings.py", "logs.py", "__init__.py"}


def room_of(path: Path) -> str:
    return path.relative_to(ROOT / "bot").parts[0]


def imports_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def floor_of_import(name: str) -> int | None:
    parts = name.split(".")
    if parts[0] != "bot" or len(parts) == 1:
        return None
    return FLOORS.get(parts[1], FLOORS.get(f"{parts[1]}.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_stands_in_a_known_room(path):
    assert room_of(path) in FLOORS.keys() | EVERYWHERE


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_downward_only(path):
    own = FLOORS.get(room_of(path), 0)
    above = {name for name in imports_of(path) if (floor := floor_of_import(name)) is not None and floor > own}
    assert not above


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rooms_keep_their_libraries_to_themselves(path):
    found = {name.split(".")[0] for name in imports_of(path)}
    room = room_of(path)
    if room not in {"cogs", "ui"}:
        assert "discord" not in found
    if room != "storage":
        assert not found & {"sqlite3", "sqlite_utils"}
    assert "httpx" not in found or room == "market"


@pytest.mark.parametrize("room", ["diagrams", "matching", "answering", "ui"])
def test_pure_rooms_read_no_clock_and_open_no_file(room):
    for path in sorted((ROOT / "bot" / room).glob("*.py")):
        text = path.read_text(encoding="utf-8")
        calls = [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
        assert not [call for call in calls if isinstance(call, ast.Name) and call.id in {"open", "print", "input"}]
        assert not {"time", "pathlib", "os", "random"} & imports_of(path), path
        assert "datetime.now" not in text
