"""What moderators have decided about what is served, kept between two starts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.answering.frozen import NOTHING, Frozen
from bot.curation.incidents import Declared, as_state, from_state


@dataclass(frozen=True, slots=True)
class Pin:
    """A version that moderators went back to; it stays until the files are no longer those of `instead_of`."""

    version: str
    instead_of: str


@dataclass(frozen=True, slots=True)
class Decisions:
    """What is frozen, which incidents are declared, and the version that is held on to, if one is."""

    frozen: Frozen = NOTHING
    declared: Declared = field(default_factory=Declared)
    pin: Pin | None = None

    def freezing(self, frozen: Frozen) -> "Decisions":
        """With other entries frozen."""
        return replace(self, frozen=frozen)

    def declaring(self, declared: Declared) -> "Decisions":
        """With other incidents."""
        return replace(self, declared=declared)

    def pinning(self, pin: Pin | None) -> "Decisions":
        """Holding on to another version, or to none."""
        return replace(self, pin=pin)

    def dump(self) -> str:
        """As a text that `parse` reads."""
        frozen = {"everything": self.frozen.everything, "entries": sorted(self.frozen.entries)}
        pin = None if self.pin is None else {"version": self.pin.version, "instead_of": self.pin.instead_of}
        return json.dumps({"frozen": frozen, "declared": as_state(self.declared), "pin": pin})

    @classmethod
    def parse(cls, text: str) -> "Decisions":
        """What `dump` wrote.

        Raises:
            ValueError: this is something else.
        """
        try:
            state: Mapping[str, Any] = json.loads(text)
            frozen, pin = state["frozen"], state["pin"]
            return cls(
                Frozen(bool(frozen["everything"]), frozenset(map(str, frozen["entries"]))),
                from_state(state["declared"]),
                None if pin is None else Pin(str(pin["version"]), str(pin["instead_of"])),
            )
        except (LookupError, TypeError, AttributeError) as error:
            raise ValueError("these are no decisions") from error
