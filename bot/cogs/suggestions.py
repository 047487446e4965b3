"""Suggestions while a member types."""

from collections.abc import Callable, Iterable

from discord import app_commands

from bot.ui import limits
from bot.ui.errors import record
from bot.ui.text import clean, shortened

Choices = list[app_commands.Choice[str]]


def suggested(find: Callable[[], Iterable[tuple[str, str]]]) -> Choices:
    """Choices for pairs of value and label, as many as Discord takes. Never fails and never counts: a keystroke must
    not, and discord.py would tell nobody.
    """
    try:
        found = {_fitting(label): _fitting(value) for value, label in find()}
    except Exception as error:  # noqa: BLE001 - see above
        record(error, "suggestions")
        return []
    choices = [app_commands.Choice(name=label, value=value) for label, value in found.items() if label and value]
    return choices[: limits.OPTIONS]


def _fitting(text: str) -> str:
    return shortened(clean(text), limits.OPTION_LABEL)
