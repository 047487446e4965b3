"""What is kept of each page between two checks of the links: a small JSON file in the data folder."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from bot.curation.fingerprint import FORMAT
from bot.curation.keeping import write_whole

log = logging.getLogger("bot.curation")

FILE: Final = "links.json"
"""Its name in the data folder."""
LARGEST: Final = 4 * 1024 * 1024
"""Characters; thousands of links. What is longer was not written by us, and ends within a line."""


class Verdict(StrEnum):
    """How a link stands."""

    FINE = "fine"
    NEW = "new"
    CHANGED = "changed"
    RESTLESS = "restless"
    MOVED = "moved"
    DEAD = "dead"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Checked:
    """What is kept of one page. `verdict` and `why` are of the last check, on the day `at`; `to` is where a moved page
    is. `fingerprint` is of the last time it could be read, empty before that; `changed` is the day on which it was last
    found to differ, `streak` in how many checks in a row it did.
    """

    verdict: Verdict
    at: date
    why: str = ""
    to: str = ""
    fingerprint: str = ""
    changed: date | None = None
    streak: int = 0


@dataclass(frozen=True, slots=True)
class LinkState:
    """All that was kept, by address."""

    pages: Mapping[str, Checked] = field(default_factory=dict)

    @property
    def checked(self) -> date | None:
        """The day of the last check; None before the first."""
        return max((one.at for one in self.pages.values()), default=None)


def state_text(state: LinkState) -> str:
    """The file's text: one line a page, so that two of them can be compared by eye."""
    rows = [json.dumps(_row(url, one), ensure_ascii=False) for url, one in sorted(state.pages.items())]
    return json.dumps({"format": FORMAT})[:-1] + ', "pages": [\n' + ",\n".join(rows) + "\n]}\n"


def _row(url: str, one: Checked) -> dict[str, Any]:
    row: dict[str, Any] = {"url": url, "verdict": one.verdict.value, "at": one.at.isoformat()}
    row |= {"why": one.why, "to": one.to, "fingerprint": one.fingerprint, "streak": one.streak}
    return row | {"changed": one.changed.isoformat() if one.changed else None}


def parse_state(text: str) -> LinkState:
    """What `state_text` wrote. Fingerprints of another format are forgotten, so that their pages count as new.

    Raises:
        ValueError: somebody else wrote it.
    """
    try:
        held = json.loads(text)
        is_ours = held["format"] == FORMAT
        pages = {row["url"]: _checked(row, is_ours=is_ours) for row in held["pages"]}
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("it holds something else") from error
    return LinkState(pages)


def _checked(row: Mapping[str, Any], *, is_ours: bool) -> Checked:
    texts = row["why"], row["to"], row["fingerprint"]
    if not all(isinstance(text, str) for text in (*texts, row["url"])) or type(row["streak"]) is not int:
        raise TypeError
    verdict, at = Verdict(row["verdict"]), date.fromisoformat(row["at"])
    changed = date.fromisoformat(row["changed"]) if row["changed"] is not None else None
    why, to, mark = texts
    if not is_ours:
        return Checked(verdict, at, why, to)
    return Checked(verdict, at, why, to, mark, changed, row["streak"])


def read_state(data_dir: Path) -> LinkState:
    """What was kept; nothing where there was no check yet, and nothing after a line in the log where the file is
    damaged: every page counts as new then.
    """
    path = data_dir / FILE
    try:
        with path.open(encoding="utf-8") as file:
            return parse_state(file.read(LARGEST))
    except (FileNotFoundError, NotADirectoryError):
        return LinkState()
    except (OSError, ValueError) as error:
        log.warning(
            "What is known of the links cannot be read from %s (%s); they are all new.", FILE, type(error).__name__
        )
        return LinkState()


def keep_state(data_dir: Path, state: LinkState) -> bool:
    """Write it, and say whether that was possible."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        write_whole(data_dir / FILE, state_text(state))
    except OSError as error:
        log.warning("What is known of the links cannot be kept (%s).", error.strerror)
        return False
    return True
