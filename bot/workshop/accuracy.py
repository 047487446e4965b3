"""The accuracy card on the command line: measured after training, printed by `knowledge eval`, written into a page."""

import asyncio
import re
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from bot.answering.desk import Desk
from bot.curation.accuracy import AccuracyCard, card_of, keep_card
from bot.curation.evaluate import Report, evaluate
from bot.curation.share import Share
from bot.curation.thresholds import PART
from bot.errors import UsageError
from bot.knowledge import Library, read_recorded
from bot.knowledge.recorded import HELD_OUT
from bot.matching.matcher import Matcher
from bot.workshop.files import save

BEGIN: Final = "<!-- accuracy: begin -->"
END: Final = "<!-- accuracy: end -->"
CURE: Final = "python -m bot knowledge eval --readme README.md"
"""What brings the card of a page up to date."""
WIDTH: Final = 118
"""Longest line of the page, in characters; rows of a table may be longer."""
ROWS: Final[tuple[tuple[str, str], ...]] = (
    ("first", "right entry ranked first"),
    ("first_three", "right entry among the first three"),
    ("answered", "covered questions answered at once"),
    ("precision", "answers that were right"),
    ("offered", "choices that held the right entry"),
    ("false_answers", "off-topic questions answered"),
)
"""Figures of a report and how the page calls them."""
_BETWEEN = re.compile(f"(?<={re.escape(BEGIN)}).*?(?={re.escape(END)})", re.DOTALL)
_MEASURED = re.compile(r"Knowledge `([^`]+)`, matcher format (\d+), thresholds `([^`]+)`")


def measure_and_keep(folder: Path, data_dir: Path, library: Library, matcher: Matcher) -> AccuracyCard | None:
    """Ask the questions of the part `test` and keep the card; None where the folder has no such questions.

    Lines of the recorded questions that cannot be read are left to `knowledge check`.
    """
    questions = read_recorded(folder, library.entries)[0].get(HELD_OUT)
    if not questions:
        return None
    report = asyncio.run(evaluate(Desk(library, matcher=matcher), HELD_OUT, questions))
    card = card_of(report, library, trained=matcher.classifier is not None)
    keep_card(data_dir, library, card)
    return card


def card_in(reports: Sequence[Report], library: Library, *, trained: bool) -> AccuracyCard | None:
    """The card of what was measured; None where the part `test` was not."""
    held_out = next((report for report in reports if report.part == HELD_OUT and report.asked), None)
    return None if held_out is None else card_of(held_out, library, trained=trained)


def printed(card: AccuracyCard) -> list[str]:
    """The card as `knowledge eval` prints it for people."""
    return [f"Accuracy card of knowledge {card.version}", *(f"  {line}" for line in card.lines("the bot", first=True))]


class Page:
    """A Markdown page with a place for the card between two comments."""

    def __init__(self, path: Path) -> None:
        """Read the page, before anything takes long.

        Raises:
            UsageError: it cannot be read, or does not have the two comments once and in their order.
        """
        self._path = path
        try:
            with path.open(encoding="utf-8", newline="") as file:  # so that line ends of Windows stay as they are
                self._text = file.read()
        except (OSError, UnicodeDecodeError) as error:
            cause = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise UsageError(f"{path.name} cannot be read ({cause}).") from error
        if (self._text.count(BEGIN), self._text.count(END)) != (1, 1) or not _BETWEEN.search(self._text):
            raise UsageError(f"{path.name} has no place for the card; add the two lines {BEGIN} and {END}.")

    def write(self, section: str) -> bool:
        """Put `section` between the comments, and say whether that changed the page.

        Raises:
            UsageError: the page cannot be written.
        """
        ending = "\r\n" if "\r\n" in self._text else "\n"
        body = f"\n{section}\n".replace("\n", ending)
        text = _BETWEEN.sub(lambda _: body, self._text)
        if text == self._text:
            return False
        save(self._path, text)
        return True


def page_for(path: Path | None, part: str | None, parts: Mapping[str, object]) -> Page | None:
    """The page that the card is to be written into; None where none was asked for.

    Raises:
        UsageError: only one part is to be measured, there is no part `test`, or the page has no place for the card.
    """
    if path is None:
        return None
    if part is not None:
        raise UsageError("The page shows all parts; leave out --part.")
    if not parts.get(HELD_OUT):
        raise UsageError(f"The card is about the part '{HELD_OUT}', and questions/{HELD_OUT}.md holds no question.")
    return Page(path)


def section_of(card: AccuracyCard, reports: Sequence[Report]) -> str:
    """What stands in the page: what was measured, the card in words, and the figures of every part as a table."""
    about = f"Knowledge `{card.version}`, matcher format {card.format}, thresholds `{card.thresholds}`."
    words = textwrap.fill(" ".join([about, *card.lines("the bot")]), WIDTH, break_on_hyphens=False)
    ordered = sorted(reports, key=lambda report: (report.part != HELD_OUT, report.part != PART, report.part))
    heads = "".join(f" {_head(report.part)} |" for report in ordered)
    rows = [f"| {label} |{''.join(f' {_cell(getattr(one, name))} |' for one in ordered)}" for name, label in ROWS]
    rule = "|---" * (len(ordered) + 1) + "|"
    return "\n".join(
        [words, "", f"| |{heads}", rule, *rows, "", "In brackets the counts and the 95% interval."],
    )


def _head(part: str) -> str:
    return f"part `{part}`, on which thresholds are set" if part == PART else f"part `{part}`"


def _cell(share: Share) -> str:
    if not share.total:
        return "none asked"
    low, high = share.interval
    return f"{share.value:.1%} ({share.hits:,} of {share.total:,}; {low:.1%} to {high:.1%})"


def measured_version(page: str) -> tuple[str, int, str] | None:
    """Knowledge version, matcher format and digest of the thresholds that the card of a page names, if there is one."""
    between = _BETWEEN.search(page)
    found = _MEASURED.search(" ".join(between[0].split())) if between else None
    return (found[1], int(found[2]), found[3]) if found else None
