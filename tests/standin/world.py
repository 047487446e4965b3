"""The small Discord that the stand-in plays: one bot, one guild with a text channel, members, direct channels."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

DISCORD_EPOCH_MS = 1_420_070_400_000
GUILD_TEXT, DIRECT = 0, 1
VIEW_CHANNEL, SEND_MESSAGES, EMBED_LINKS, ATTACH_FILES = 1 << 10, 1 << 11, 1 << 14, 1 << 15
READ_HISTORY, USE_COMMANDS, MANAGE_GUILD, MANAGE_MESSAGES = 1 << 16, 1 << 31, 1 << 5, 1 << 13
MEMBER_PERMISSIONS = VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES | READ_HISTORY | USE_COMMANDS
MODERATOR_PERMISSIONS = MEMBER_PERMISSIONS | MANAGE_GUILD | MANAGE_MESSAGES
JOINED_AT = "2024-01-01T00:00:00.000000+00:00"

_counter = itertools.count(1)


def snowflake() -> str:
    """A new id that carries the present time, as Discord's do (discord.py reads expiry times out of them)."""
    return str((int(time.time() * 1000) - DISCORD_EPOCH_MS) << 22 | next(_counter) & 0x3FFFFF)


@dataclass(frozen=True, slots=True)
class User:
    """An account; `permissions` are its bits in the guild's channels."""

    name: str
    id: str = field(default_factory=snowflake)
    bot: bool = False
    permissions: int = MEMBER_PERMISSIONS

    def payload(self) -> Json:
        return {
            "id": self.id,
            "username": self.name,
            "global_name": self.name.title(),
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
        }


@dataclass(frozen=True, slots=True)
class Channel:
    """A text channel of the guild, or the direct channel with `recipient`."""

    name: str
    id: str = field(default_factory=snowflake)
    recipient: User | None = None

    @property
    def direct(self) -> bool:
        return self.recipient is not None

    def payload(self) -> Json:
        if self.recipient is not None:
            return {
                "id": self.id,
                "type": DIRECT,
                "flags": 0,
                "last_message_id": None,
                "recipients": [self.recipient.payload()],
            }
        return {
            "id": self.id,
            "type": GUILD_TEXT,
            "name": self.name,
            "position": 0,
            "permission_overwrites": [],
            "topic": None,
            "nsfw": False,
            "rate_limit_per_user": 0,
            "parent_id": None,
            "last_message_id": None,
            "flags": 0,
        }


class World:
    """Who and what exists; the bot is a member of `guild_id` and can be reached in `channel`."""

    def __init__(self, bot_name: str = "bot") -> None:
        self.application_id = snowflake()
        self.bot = User(bot_name, id=self.application_id, bot=True)
        self.owner = User("owner", permissions=MODERATOR_PERMISSIONS)
        self.guild_id = snowflake()
        self.channel = Channel("general")
        self.users = {user.id: user for user in (self.bot, self.owner)}
        self.channels = {self.channel.id: self.channel}
        self._direct: dict[str, Channel] = {}

    def add_user(self, name: str, permissions: int = MEMBER_PERMISSIONS) -> User:
        """A new member of the guild."""
        user = User(name, permissions=permissions)
        self.users[user.id] = user
        return user

    def add_channel(self, name: str) -> Channel:
        """A new text channel; only bots that connect afterwards hear of it."""
        channel = Channel(name)
        self.channels[channel.id] = channel
        return channel

    def direct_channel(self, user: User) -> Channel:
        """The direct channel between the bot and `user`, opened at first use."""
        channel = self._direct.get(user.id)
        if channel is None:
            channel = self._direct[user.id] = Channel("", recipient=user)
            self.channels[channel.id] = channel
        return channel

    def member(self, user: User) -> Json:
        """The member part of a user, without the user itself."""
        return {
            "roles": [],
            "nick": None,
            "avatar": None,
            "joined_at": JOINED_AT,
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": 0,
            "permissions": str(user.permissions),
            "communication_disabled_until": None,
        }

    def guild(self) -> Json:
        """The payload of GUILD_CREATE."""
        return {
            "id": self.guild_id,
            "name": "Stand-in guild",
            "icon": None,
            "splash": None,
            "owner_id": self.owner.id,
            "afk_timeout": 300,
            "afk_channel_id": None,
            "verification_level": 0,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "preferred_locale": "en-US",
            "system_channel_flags": 0,
            "features": [],
            "emojis": [],
            "stickers": [],
            "roles": [self._everyone()],
            "joined_at": JOINED_AT,
            "large": False,
            "unavailable": False,
            "member_count": len(self.users),
            "members": [self.member(self.bot) | {"user": self.bot.payload()}],
            "channels": [channel.payload() for channel in self.channels.values() if not channel.direct],
            "threads": [],
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }

    def _everyone(self) -> Json:
        return {
            "id": self.guild_id,
            "name": "@everyone",
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "position": 0,
            "permissions": str(MEMBER_PERMISSIONS),
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }

    def application(self) -> Json:
        """The payload of `/oauth2/applications/@me`."""
        return {
            "id": self.application_id,
            "name": self.bot.name,
            "icon": None,
            "description": "",
            "summary": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "owner": self.owner.payload(),
            "flags": 0,
            "rpc_origins": [],
        }
