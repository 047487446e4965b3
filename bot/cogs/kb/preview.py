"""`/kb preview`: an entry as members would see it, the problems of its file, and which questions it would move, before
anything is changed.
"""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.answering.frozen import NOTHING
from bot.clock import today
from bot.cogs.drawings import card_of
from bot.cogs.kb.gaps import inbox_of
from bot.cogs.kb.group import COMMAND, NOT_ALLOWED, Part, Refused, Workshop, check_home, serving_of
from bot.cogs.services import privately
from bot.cogs.suggestions import Choices, suggested
from bot.curation.serving import Serving
from bot.errors import BotError
from bot.knowledge import Entry, Library, Status
from bot.knowledge.library import ENTRY_LIMIT
from bot.ui.delivery import DROPPED, Interaction
from bot.ui.errors import guarded
from bot.ui.ids import Action, plain_id
from bot.ui.layout import PRIVATE, Card
from bot.ui.pages import note_card, slow_card

if TYPE_CHECKING:
    from bot.ui.kb_preview import Effect

RECENT: Final = 500
"""Recent questions that a file is tried on."""
QUEUE: Final = 3
"""Files that are tried or wait for that; the bot is there for members first."""
LONGEST: Final = 600.0
"""Seconds after which a moderator is told that it took too long; Discord takes an answer for 900."""
KILOBYTES: Final = ENTRY_LIMIT // 1024
NOT_MD: Final = "Attach an entry file: its name ends in `.md`."
TOO_LARGE: Final = f"That file is larger than {KILOBYTES} kB; an entry is a few sentences, so split it or cut it."
NOT_UTF8: Final = "That file is not plain UTF-8 text; save it again with the encoding UTF-8."
NOT_FETCHED: Final = "Discord did not give me that file. Please attach it again."
BUSY: Final = f"{QUEUE} files are being tried already. Please try again in a minute or two."
TOO_LONG: Final = "That took too long and was given up. Nothing is changed; please try again when less is going on."
FITS_NOT: Final = (
    "The file of that entry has {length} characters and a window takes {most}; attach it as a file instead."
)
NO_ENTRY: Final = "No entry has that id; pick one from the list while you type, or leave `entry` out for a new one."
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_UNDER_WAY: Final[set[object]] = set()


class PreviewPart(Part):
    """What a file would do."""

    @app_commands.command(
        name="preview", description="Try an entry file: how it looks, its problems, what it would move"
    )
    @app_commands.describe(
        file=f"The entry file (.md, at most {KILOBYTES} kB); without one a window opens to type in",
        entry="Opens the window with the text of this entry, to try a change",
        topic="The folder of a new entry, such as withdrawals",
    )
    async def preview(
        self,
        interaction: Interaction,
        file: discord.Attachment | None = None,
        entry: app_commands.Range[str, 1, 100] | None = None,
        topic: app_commands.Range[str, 1, 100] | None = None,
    ) -> None:
        """Take the file, or open the window for it."""
        serving = self.serving_at_home(interaction)
        if file is not None:
            place = place_of_file(serving.base, file.filename, topic)
            text = await self.host.delivery.in_time(interaction, _fetched(file))
            await tried_out(self.host, serving, interaction, place, text)
            return
        from bot.ui.kb_preview import file_window  # noqa: PLC0415 - the bot starts without it

        place, text = await asyncio.to_thread(_to_begin_with, serving, entry, topic, self.host)
        await interaction.response.send_modal(file_window(place, text))

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Take what was typed into the window, also into one that was opened before a restart."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        data = cast("dict[str, Any]", interaction.data or {})
        if data.get("custom_id") == plain_id(Action.PREVIEW):
            async with guarded(privately(interaction), "the window of /kb preview"):
                await self._submitted(interaction, data.get("components", []))

    async def _submitted(self, interaction: Interaction, components: Sequence[dict[str, Any]]) -> None:
        from bot.ui.kb_preview import FILE, TEXT, window_fields  # noqa: PLC0415 - the bot starts without it

        host = self.host
        slowed = host.pace.admit(interaction.user.id)
        if slowed is not None:
            await host.delivery.respond(interaction, slow_card(slowed.until), private=True)
        elif not await host.delivery.in_time(interaction, host.servers.may_use(interaction, COMMAND)):
            await host.delivery.respond(interaction, note_card(NOT_ALLOWED), private=True)
        else:
            check_home(interaction, host)
            fields = window_fields(components)
            place = fields.get(FILE, "").strip().strip("`/").removeprefix("knowledge/")
            await tried_out(host, serving_of(host), interaction, place, fields.get(TEXT, ""))

    @preview.autocomplete("entry")
    async def _entries(self, _: Interaction, typed: str) -> Choices:
        """Entries, drafts too."""
        return suggested(lambda: _matching(self.host, typed))

    @preview.autocomplete("topic")
    async def _topics(self, _: Interaction, typed: str) -> Choices:
        """Folders that there are; another one may be typed."""
        return suggested(lambda: ((one, one) for one in topics_of(self.host) if typed.strip().casefold() in one))


def _matching(host: Workshop, typed: str) -> Iterable[tuple[str, str]]:
    words = typed.casefold().split()
    for entry in serving_of(host).base.entries.values():
        if all(word in f"{entry.id} {entry.title}".casefold() for word in words):
            yield entry.id, f"{entry.title} ({entry.id})"


def topics_of(host: Workshop) -> list[str]:
    """The folders that hold entries."""
    return sorted({entry.topic for entry in serving_of(host).base.entries.values()})


def place_of_file(library: Library, name: str, topic: str | None) -> str:
    """Where an attached file would lie: in the place of the entry of its name, else in the folder that is named.

    Raises:
        Refused: it is no entry file, or nobody said where a new one lies.
    """
    stem, ending = name.rpartition(".")[::2]
    if ending.casefold() != "md":
        raise Refused(NOT_MD)
    if not _ID.fullmatch(stem):
        wanted = re.sub(r"[^a-z0-9]+", "-", stem.casefold()).strip("-") or "my-entry"
        raise Refused(
            f"The file's name becomes the entry's id: small letters, digits and '-'. Rename it to {wanted}.md."
        )
    known = library.entries.get(stem)
    if topic is not None:
        return f"{topic.strip().strip('/').casefold()}/{stem}.md"
    if known is None:
        topics = ", ".join(sorted({entry.topic for entry in library.entries.values()}))
        raise Refused(f"No entry is called {stem}, so say with `topic` in which folder it would lie: {topics}.")
    return known.file


async def _fetched(file: discord.Attachment) -> str:
    """The text of an attached file. Raises Refused."""
    if file.size > ENTRY_LIMIT:
        raise Refused(TOO_LARGE)
    try:
        content = await file.read()
    except (discord.DiscordException, *DROPPED):
        raise Refused(NOT_FETCHED) from None
    if len(content) > ENTRY_LIMIT:
        raise Refused(TOO_LARGE)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(NOT_UTF8) from None


def _to_begin_with(serving: Serving, name: str | None, topic: str | None, host: Workshop) -> tuple[str, str]:
    """The place and the text that the window shows at first: those of an entry, or an empty entry's."""
    from bot.knowledge.template import entry_template  # noqa: PLC0415 - the bot starts without it
    from bot.ui.kb_preview import WINDOW  # noqa: PLC0415 - the same

    if name is None:
        return f"{(topic or 'topic').strip().strip('/')}/", entry_template("Your question?", today(host.services.clock))
    entry = _named(serving.base, name)
    text = _read(serving.folder, entry)
    if len(text) > WINDOW:
        raise Refused(FITS_NOT.format(length=len(text), most=WINDOW))
    return entry.file, text


def _named(library: Library, typed: str) -> Entry:
    wanted = typed.strip().strip("`").casefold()
    found = library.entries.get(wanted)
    titled = found or next((one for one in library.entries.values() if one.title.casefold() == wanted), None)
    if titled is None:
        raise Refused(NO_ENTRY)
    return titled


def _read(folder: Path, entry: Entry) -> str:
    try:
        return (folder / entry.file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise Refused("The file of that entry cannot be read; attach it as a file instead.") from None


async def tried_out(host: Workshop, serving: Serving, interaction: Interaction, file: str, text: str) -> None:
    """Show at once that a file is tried and how its card looks, then its problems and what it would move."""
    from bot.ui.kb_preview import failed_card, inert, preview_card, working_card  # noqa: PLC0415 - as above

    await host.delivery.respond(interaction, working_card(file), private=True)
    seen = await _as_seen(host, serving, file, text)
    if seen is not None:
        await host.delivery.respond(interaction, inert(seen), private=True)
    try:
        card = preview_card(await effect_of(host, serving, file, text))
    except BotError as error:
        card = failed_card(file, error.sentence)
    await put_in_place(host, interaction, card)


async def put_in_place(host: Workshop, interaction: Interaction, card: Card) -> bool:
    """Put the result of what took long in the place of the card that said so; False where the moderator has dismissed
    that meanwhile, and wants to see no more of it.
    """
    try:
        await host.delivery.replace(interaction, card)
    except discord.NotFound:
        return False
    return True


async def _as_seen(host: Workshop, serving: Serving, file: str, text: str) -> Card | None:
    """The card of the answer as members would see it; None for a file that cannot be read as an entry."""
    topic, _, name = file.removesuffix(".md").partition("/")
    entry = await asyncio.to_thread(_entry, text, name, topic, file, host)
    if entry is None:
        return None
    edition = serving.desk.edition
    published = MappingProxyType({**edition.library.entries, name: replace(entry, status=Status.PUBLISHED)})
    # The very desk that members ask, with this one file in the place of what it serves.
    desk = edition.told(replace(edition.library, entries=published), edition.live, edition.prices).freezing(NOTHING)
    answer = await desk.open(name)
    return None if answer is None else card_of(answer, host.services)(PRIVATE)


def _entry(text: str, name: str, topic: str, file: str, host: Workshop) -> Entry | None:
    from bot.knowledge.entry_file import read_entry  # noqa: PLC0415 - loaded by then
    from bot.knowledge.problems import Problems  # noqa: PLC0415 - the same

    return read_entry(text, name, topic, today(host.services.clock), Problems().in_file(file))


async def effect_of(host: Workshop, serving: Serving, file: str, text: str) -> "Effect":
    """What a text would do as that file of the version that is served: its problems, and the questions that would move,
    recorded ones and those that members asked lately. One file is tried at a time.

    Raises:
        BotError: it could not be tried; the sentence says why.
    """
    from bot.curation.whatif import what_if  # noqa: PLC0415 - the bot starts without it
    from bot.ui.kb_preview import Effect  # noqa: PLC0415 - the same

    if len(_UNDER_WAY) >= QUEUE:
        raise Refused(BUSY)
    mark = object()
    _UNDER_WAY.add(mark)
    services = host.services
    try:
        async with asyncio.timeout(LONGEST):
            asked = [wording for group in (await inbox_of(host, serving)).groups for wording in group.whole]
            recent = [one.text for one in await services.memory.recent_questions(RECENT)]
            every = list(dict.fromkeys([*asked, *recent]))
            found = await what_if(serving.folder, file, text, every, services.settings, today(services.clock))
    except TimeoutError:
        raise Refused(TOO_LONG) from None
    finally:
        _UNDER_WAY.discard(mark)
    return Effect(found, frozenset(asked))
