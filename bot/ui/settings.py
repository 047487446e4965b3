"""A server's settings as a card. Pure: what the card has to know of the server's channels is passed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import discord

from bot.storage import ServerSettings
from bot.ui import limits
from bot.ui.ids import Action, plain_id, switch_id
from bot.ui.layout import Card, Colour, Part, divider, panel, row, small, text
from bot.ui.text import shortened

READ_IN: Final = (
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.forum,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
)
"""Channels that mentions can be limited to; a thread belongs to its channel."""
TOLD_IN: Final = (discord.ChannelType.text, discord.ChannelType.news)
"""Channels where moderators can be told something."""

_ENDING: Final = (
    "Each change holds at once and stands in the audit log.",
    "Who may use `/settings` is set in Server Settings → Integrations.",
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What counts beside the settings themselves.

    `present` are the ids of those channels in the settings that still exist. `trouble` says why nothing can be posted
    in the moderators' channel, empty where it can; `overheard` that everybody in the server can read it. `mentions`
    says whether the operator lets mentions be answered at all, `home` whether moderators of this server are told what
    concerns the knowledge.
    """

    present: frozenset[int] = frozenset()
    trouble: str = ""
    overheard: bool = False
    mentions: bool = True
    home: bool = True


def settings_card(settings: ServerSettings, around: Surroundings, note: str = "") -> Card:
    """What is set, with what changes it. `note` stands above and says why something was not changed."""
    return Card(
        [
            panel(
                Colour.SAFETY if note else Colour.ANSWER,
                text("### How I work in this server"),
                text(f"⚠️ {shortened(note, limits.CAVEATS)}") if note else None,
                text(_answers(settings)),
                row(_switch(settings)),
                text(_mentions(settings, around)),
                _channels(Action.MENTIONS, "Every channel (pick up to 25)", READ_IN, _kept(settings, around), 25),
                text(_moderators(settings, around)),
                _channels(Action.MODERATORS, "No channel (pick one)", TOLD_IN, _told(settings, around), 1),
                divider(),
                small(*_ENDING),
            )
        ]
    )


def _answers(settings: ServerSettings) -> str:
    if settings.public:
        return (
            "**Answers to commands** are public: everybody in the channel sees those of `/ask`, `/price`, `/compare`, "
            "`/chart` and **Answer this**, where the member who asks may write. All others, errors, and whatever is "
            "about somebody's safety stay private."
        )
    return "**Answers to commands** are private: only the member who asks sees one, and can share it."


def _switch(settings: ServerSettings) -> discord.ui.Button[Any]:
    label = "Answer privately" if settings.public else "Answer in public"
    return discord.ui.Button(label=label, custom_id=switch_id(Action.ANSWERS, on=not settings.public))


def _mentions(settings: ServerSettings, around: Surroundings) -> str:
    if not around.mentions:
        return "**Mentions of me** are not answered in any server: whoever operates me has switched them off."
    if not settings.mention_channels:
        return "**Mentions of me** are answered in every channel that I can write in."
    kept = _kept(settings, around)
    if not kept:
        return "**Mentions of me** are answered nowhere: the channels that were picked are gone. Pick others, or none."
    gone = len(settings.mention_channels) - len(kept)
    lost = "" if not gone else f" Of those that were picked, {gone} {'is' if gone == 1 else 'are'} gone."
    return f"**Mentions of me** are answered only in {', '.join(map(_channel, kept))}, and in threads there.{lost}"


def _moderators(settings: ServerSettings, around: Surroundings) -> str:
    if settings.moderators is None:
        said = "none. Pick where I tell moderators what needs them, such as a mistake in a knowledge file."
    elif settings.moderators not in around.present:
        said = "gone. Pick another one."
    else:
        said = f"{_channel(settings.moderators)}. {around.trouble}".rstrip()
        if around.overheard:
            said += " Everybody in this server can read what I post there."
    if not around.home:
        said += (
            "\nThis server is none of my homes, so I have nothing to post there; "
            "whoever operates me sets them in `BOT_HOME_SERVERS`."
        )
    return f"**Moderators' channel:** {said}"


def _channels(
    action: Action, placeholder: str, types: Sequence[discord.ChannelType], chosen: Sequence[int], most: int
) -> Part:
    kind = discord.SelectDefaultValueType.channel
    return discord.ui.ActionRow(
        discord.ui.ChannelSelect(
            custom_id=plain_id(action),
            channel_types=list(types),
            placeholder=placeholder,
            min_values=0,
            max_values=most,
            default_values=[discord.SelectDefaultValue(id=one, type=kind) for one in chosen[:most]],
        )
    )


def _kept(settings: ServerSettings, around: Surroundings) -> list[int]:
    """The channels for mentions that still exist: Discord is not asked to show one that does not."""
    return [one for one in settings.mention_channels if one in around.present]


def _told(settings: ServerSettings, around: Surroundings) -> list[int]:
    return [one for one in (settings.moderators,) if one is not None and one in around.present]


def _channel(channel: int) -> str:
    return f"<#{channel}>"
