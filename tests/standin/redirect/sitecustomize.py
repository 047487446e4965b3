"""Points discord.py at the stand-in. Python imports this at start when its folder is on PYTHONPATH.

Only the launcher of the tests puts it there. The address comes from STANDIN_URL; discord.py itself is neither
imported nor changed until the process under test imports it.
"""

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Callable, Sequence
from types import ModuleType

URL = os.environ.get("STANDIN_URL", "")


def _rest(module: ModuleType) -> None:
    module.Route.BASE = f"{URL}/api/v10"


def _gateway(module: ModuleType) -> None:
    address = f"ws{URL.removeprefix('http')}/gateway"
    module.DiscordWebSocket.DEFAULT_GATEWAY = type(module.DiscordWebSocket.DEFAULT_GATEWAY)(address)


def _asset(module: ModuleType) -> None:
    module.Asset.BASE = f"{URL}/cdn"


CHANGES: dict[str, Callable[[ModuleType], None]] = {
    "discord.http": _rest,
    "discord.gateway": _gateway,
    "discord.asset": _asset,
}


class Redirect(importlib.abc.MetaPathFinder):
    """Finds the three modules as usual, and changes each right after it ran."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The usual spec with a loader that applies the change, None for every other module."""
        if fullname not in CHANGES:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = RedirectedLoader(fullname, spec.loader.path)
        return spec


class RedirectedLoader(importlib.machinery.SourceFileLoader):
    """Loads a module from its source and applies its change."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        CHANGES[module.__name__](module)


if URL:
    sys.meta_path.insert(0, Redirect())
