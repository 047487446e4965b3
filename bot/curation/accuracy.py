"""The accuracy card: how often the answers of this very version are right, measured on questions kept for that.

A card belongs to one content of the knowledge files, one version of the matcher, its thresholds, and a matcher with its
classifier or without. It is kept as a small file beside the trained classifiers; where none is kept for what is served,
nothing is told but that. The process that trains measures it, so that the bot itself never pays for it.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot.curation import training
from bot.curation.keeping import keep_newest
from bot.curation.share import Share
from bot.knowledge import Library
from bot.knowledge.recorded import HELD_OUT
from bot.matching.decision import shipped_calibrations

if TYPE_CHECKING:
    from bot.curation.evaluate import Report

log = logging.getLogger("bot.curation")

LEAST: Final = 50
"""Questions of a kind below which a share says more about chance than about the bot."""
UNMEASURED: Final = "How often my answers are right has not been measured for this version of my files."
IN_TRAINING: Final = (
    "I am not fully trained on this version of my files yet. What was measured holds only once I am, so I state none"
    " of it now."
)
_SHARES: Final = ("first", "coverage", "precision", "false_answers")


@dataclass(frozen=True, slots=True)
class AccuracyCard:
    """What was measured of one version. `coverage`: of the questions that an entry covers, those answered at once;
    `precision`: of these answers, those that were right; `false_answers`: of the questions on other subjects, those
    that were answered; `first`: of the covered questions, those whose right entry was ranked first. `thresholds` is a
    digest, `trained` says whether the matcher had its classifier.

    Raises:
        ValueError: the counts contradict each other.
    """

    version: str
    first: Share
    coverage: Share
    precision: Share
    false_answers: Share
    thresholds: str
    trained: bool
    format: int = training.FORMAT

    def __post_init__(self) -> None:
        shares = [getattr(self, name) for name in _SHARES]
        sound = all(0 <= share.hits <= share.total for share in shares)
        if not sound or self.first.total != self.coverage.total or self.precision.total != self.coverage.hits:
            raise ValueError("its counts contradict each other")

    def is_of(self, library: Library) -> bool:
        """Whether it was measured on what this library holds, by this version of the code."""
        return (self.version, self.format, self.thresholds) == (library.version, training.FORMAT, digest_of(library))

    @property
    def enough(self) -> bool:
        """Whether there were questions enough to state shares at all."""
        return self.coverage.total >= LEAST

    def lines(self, who: str = "I", *, first: bool = False) -> list[str]:
        """The card as sentences; `who` answered, and `first` adds how often the right entry was ranked first.

        Shares are whole percent with their 95 % interval. Where there were too few questions it says that instead.
        """
        total, answered = self.coverage.total, self.coverage.hits
        if not self.enough:
            return [f"Too few test questions are recorded ({total}) to say how often {who} would be right."]
        ranked = (
            [f"The right entry was ranked first for {_percent(self.first)} of the covered ones ({_range(self.first)})."]
            if first
            else []
        )
        rest = [f"With the others {who} asked back or declined."] if answered < total else []
        return [self._covered(who), *rest, *ranked, self._elsewhere(who), "The ranges are 95% intervals."]

    def _covered(self, who: str) -> str:
        asked = f"Of {self.coverage.total:,} test questions that an entry covers {who} answered"
        if not self.coverage.hits:
            return f"{asked} none at once, so nothing can be said of how many answers are right."
        right = f"{_percent(self.precision)} of these answers were right ({_range(self.precision)})"
        return f"{asked} {_percent(self.coverage)} at once ({_range(self.coverage)}), and {right}."

    def _elsewhere(self, who: str) -> str:
        asked, wrong = self.false_answers.total, self.false_answers.hits
        if asked < LEAST:
            return f"Too few questions on other subjects are recorded ({asked}) to say how many {who} would answer."
        many = _range(self.false_answers)
        return f"Of {asked:,} questions on other subjects {who} wrongly answered {wrong or 'none'} ({many})."

    def as_json(self) -> dict[str, object]:
        """The card for programs, and as it is kept: each share with its counts and interval."""
        names = ("version", "format", "thresholds", "trained")
        return {name: getattr(self, name) for name in names} | {name: getattr(self, name).as_json() for name in _SHARES}

    @classmethod
    def parse(cls, text: str) -> "AccuracyCard":
        """A card from the JSON of `as_json`.

        Raises:
            ValueError: it is not that, or its counts contradict each other.
        """
        table = json.loads(text)
        try:
            shares = {name: Share(_count(table[name], "hits"), _count(table[name], "total")) for name in _SHARES}
            version, thresholds = str(table["version"]), str(table["thresholds"])
            return cls(
                version=version,
                thresholds=thresholds,
                trained=table["trained"] is True,
                format=_count(table, "format"),
                **shares,
            )
        except (LookupError, TypeError) as error:
            raise ValueError("something is missing in it") from error


def _count(table: Mapping[str, Any], name: str) -> int:
    value = table[name]
    if type(value) is not int:
        raise ValueError(f"'{name}' is no count")
    return value


def _percent(share: Share) -> str:
    """Whole percent; all and none are said only of all and none."""
    if share.hits in {0, share.total}:
        return "100%" if share.hits else "0%"
    return f"{min(max(round(100 * share.value), 1), 99)}%"


def _range(share: Share) -> str:
    """The interval in whole percent, never narrowed to certainty."""
    low, high = (round(100 * bound) for bound in share.interval)
    low, high = min(low, 99), max(high, 1)
    return f"{low}%" if low == high else f"{low} to {high}%"


def told(card: AccuracyCard | None, *, trained: bool) -> list[str]:
    """What the bot may say of itself in sentences, of the card kept for what it serves; `trained` says whether its
    matcher has its classifier now. A card that was measured the other way does not hold for it.
    """
    if card is None or (trained and not card.trained):
        return [UNMEASURED]
    return card.lines() if card.trained == trained else [IN_TRAINING]


def card_of(report: "Report", library: Library, *, trained: bool) -> AccuracyCard:
    """The card of a measurement of `library`, asked with the thresholds that it brings."""
    return AccuracyCard(
        version=report.version,
        first=report.first,
        coverage=report.answered,
        precision=report.precision,
        false_answers=report.false_answers,
        thresholds=digest_of(library),
        trained=trained,
    )


def digest_of(library: Library) -> str:
    """Names the thresholds that a library is served with: its own, or those that come with the code."""
    text = library.thresholds or shipped_calibrations().dump()
    return sha256(text.encode()).hexdigest()[:8]


def card_file(data_dir: Path, library: Library) -> Path:
    """Where the card of a library is kept."""
    return data_dir / training.FOLDER / f"{library.version}-{training.FORMAT}-{digest_of(library)}.json"


def load_card(data_dir: Path, library: Library) -> AccuracyCard | None:
    """The card kept for exactly this library; None where there is none, or none that can be trusted."""
    path = card_file(data_dir, library)
    try:
        card = AccuracyCard.parse(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        log.warning("The accuracy card in %s cannot be used (%s); it is measured again.", path.name, error)
        return None
    return card if card.is_of(library) else None


def lacks_card(data_dir: Path, library: Library, folder: Path) -> bool:
    """Whether no card is kept for a library though its folder holds the questions to measure it: after a change of the
    thresholds alone, or where an earlier release trained.
    """
    return (folder / "questions" / f"{HELD_OUT}.md").is_file() and load_card(data_dir, library) is None


def keep_card(data_dir: Path, library: Library, card: AccuracyCard) -> bool:
    """Keep a card, let go of old ones, and say whether that was possible."""
    try:
        keep_newest(card_file(data_dir, library), json.dumps(card.as_json(), indent=1) + "\n", training.KEPT)
    except OSError as error:
        log.warning("The accuracy card cannot be kept (%s).", error.strerror)
        return False
    return True
