"""What a member sees of a message."""

from collections.abc import Iterator
from typing import Any

import discord

TEXT, BUTTON, SELECT, CONTAINER = 10, 2, 3, 17


def parts(message: Any) -> Iterator[dict[str, Any]]:
    """Every component of a message, from top to bottom."""
    top = message.components
    yield from _walk([part.to_dict() if isinstance(part, discord.Component) else part for part in top])


def shown(message: Any) -> str:
    """The whole text."""
    return "\n".join(part["content"] for part in parts(message) if part["type"] == TEXT)


def labels(message: Any) -> list[str]:
    """What stands on the buttons."""
    return [part["label"] for part in parts(message) if part["type"] == BUTTON]


def button(message: Any, label: str) -> dict[str, Any]:
    """One button."""
    (found,) = [part for part in parts(message) if part["type"] == BUTTON and part["label"] == label]
    return found


def menus(message: Any) -> list[dict[str, Any]]:
    """The select menus."""
    return [part for part in parts(message) if part["type"] == SELECT]


def _walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for part in components:
        yield part
        yield from _walk(part.get("components", []))
