"""`/kb why`: what decided on a question. It is asked of what is served, and not recorded as asked."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from discord import app_commands

from bot.answering import Answer, Question
from bot.answering.edition import Edition
from bot.cogs.kb.group import Part
from bot.curation.serving import Serving
from bot.knowledge import AlwaysRule, Entry, Library
from bot.ui.delivery import Interaction
from bot.ui.layout import Card
from bot.ui.text import typed

if TYPE_CHECKING:
    from bot.ui.kb_why import Line, Why

LONGEST: Final = 1000


class WhyPart(Part):
    """Why a question goes where it goes."""

    @app_commands.command(name="why", description="Why a question goes where it goes; it is not recorded as asked")
    @app_commands.describe(question="The question, as a member typed it")
    async def why(self, interaction: Interaction, question: app_commands.Range[str, 1, LONGEST]) -> None:
        """Show it to the moderator alone, in any server: it says nothing that the files do not say."""
        await self.show(interaction, _why(self.serving, typed(question)))


async def _why(serving: Serving, question: str) -> Card:
    from bot.ui.kb_why import secret_card, why_card  # noqa: PLC0415 - the bot starts without it

    edition, folder = serving.desk.edition, serving.folder
    answer = (await edition.ask(Question(question))).answer  # the desk would tell its recorder
    if answer.private:
        return secret_card(answer)
    lines, rule = await asyncio.to_thread(_in_files, edition, folder, answer, question)
    return why_card(_told(edition, question, answer, lines, rule))


def _told(edition: Edition, question: str, answer: Answer, lines: "Sequence[Line]", rule: "Line | None") -> "Why":
    from bot.answering.compose import on_hold  # noqa: PLC0415 - loaded by then
    from bot.answering.explain import SHOWN, explanation  # noqa: PLC0415 - the bot starts without it
    from bot.matching.decision import calibrations_of  # noqa: PLC0415 - loaded by then
    from bot.ui.kb_why import Why  # noqa: PLC0415 - the same

    ranking = edition.matcher.rank_reading(edition.matcher.read(question))
    return Why(
        question=question,
        answer=answer,
        explained=explanation(answer),
        entries=[edition.library.entries[one.entry] for one in answer.candidates[:SHOWN]],
        lines=lines,
        calibration=calibrations_of(edition.library).of(ranking),
        trained=ranking.trained,
        exact=ranking.exact,
        rule=rule,
        held=answer.title == on_hold().title,
    )


def _in_files(edition: Edition, folder: Path, answer: Answer, question: str) -> "tuple[list[Line], Line | None]":
    """Where the phrasings of the first candidates stand, and the rule that decided, if one did."""
    from bot.answering.explain import RULE, SHOWN  # noqa: PLC0415 - the bot starts without it

    first = answer.candidates[:SHOWN]
    lines = [_phrasing(edition.library, folder, one.entry, one.question) for one in first]
    if not first or RULE not in first[0].signals:
        return lines, None
    entry = edition.library.entries[first[0].entry]
    rule = deciding_rule(edition, entry, question)
    return lines, None if rule is None else _rule_line(folder, entry, rule)


def _phrasing(library: Library, folder: Path, name: str, phrasing: str) -> "Line":
    from bot.curation.phrasings import place_of  # noqa: PLC0415 - the bot starts without it
    from bot.ui.kb_why import Line  # noqa: PLC0415 - the same

    file, line = place_of(library, folder, name, phrasing)
    return Line(phrasing, file if line is None else f"{file}:{line}")


def deciding_rule(edition: Edition, entry: Entry, question: str) -> AlwaysRule | None:
    """The first `Always` rule of an entry that a question meets: each is tried as if it were the only one."""
    from bot.matching.routes import Routes  # noqa: PLC0415 - loaded by then
    from bot.matching.text import sentences_of  # noqa: PLC0415 - the same

    matcher, library = edition.matcher, edition.library
    read = [matcher.read(part) for part in dict.fromkeys(sentences_of(question))] or [matcher.read(question)]
    for rule in entry.always:
        alone: Mapping[str, Entry] = MappingProxyType({entry.id: replace(entry, always=(rule,))})
        if Routes(replace(library, entries=alone), matcher.lexicon).find(read) is not None:
            return rule
    return None


def _rule_line(folder: Path, entry: Entry, rule: AlwaysRule) -> "Line":
    from bot.ui.kb_why import Line  # noqa: PLC0415 - the bot starts without it

    try:
        lines = (folder / entry.file).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    said = lines[rule.line - 1].strip().lstrip("-*+ ") if rule.line <= len(lines) else ""
    return Line(said or "…", f"{entry.file}:{rule.line}")
