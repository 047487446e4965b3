"""Every interaction that was sent to the bot, and Discord's rules about answering it."""

# ruff: noqa: ASYNC109  (these timeouts raise with what came instead, which asyncio.timeout cannot know)

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.standin import errors
from tests.standin.messages import EPHEMERAL, LOADING, MessageStore
from tests.standin.record import Upload
from tests.standin.world import Channel, Json, User, World, snowflake

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
PONG, SEND, DEFER_SEND, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 1, 4, 5, 6, 7, 8, 9
SUITABLE = {
    COMMAND: {SEND, DEFER_SEND, MODAL},
    COMPONENT: {SEND, DEFER_SEND, DEFER_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    MODAL_SUBMIT: {SEND, DEFER_SEND, DEFER_UPDATE, UPDATE},
}


@dataclass(eq=False)
class Interaction:
    """One interaction and what the bot made of it; times are `time.monotonic()` seconds.

    `callback` is the accepted first answer as the bot sent it, `original` the message that belongs to it (also the
    message of the component for an update), `followups` the further messages in order, `deleted` whether the
    original was deleted.
    """

    kind: int
    user: User
    channel: Channel
    data: Json
    origin: Json | None = None
    id: str = field(default_factory=snowflake)
    token: str = field(default_factory=lambda: f"interaction-{snowflake()}")
    sent: float = 0.0
    acknowledged: float | None = None
    visible: float | None = None
    callback: Json | None = None
    original: Json | None = None
    deleted: bool = False
    followups: list[Json] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @property
    def deferred(self) -> bool:
        """Whether the bot is still "thinking"."""
        return self.original is not None and bool(self.original["flags"] & LOADING)

    @property
    def ephemeral(self) -> bool:
        """Whether only the asker sees the original answer."""
        return self.original is not None and bool(self.original["flags"] & EPHEMERAL)

    async def response(self, timeout: float = 5.0) -> Json:
        """The first answer (`{"type", "data"}`). Raises TimeoutError after `timeout` seconds."""
        await self._until(lambda: self.callback is not None, timeout)
        assert self.callback is not None
        return self.callback

    async def choices(self, timeout: float = 5.0) -> list[Json]:
        """The autocomplete choices answered."""
        return list((await self.response(timeout))["data"]["choices"])

    async def message(self, timeout: float = 5.0) -> Json:
        """The original message as a reader sees it, once the bot has stopped thinking."""
        await self._until(lambda: self.visible is not None, timeout)
        assert self.original is not None
        return self.original

    async def followup(self, number: int = 0, timeout: float = 5.0) -> Json:
        """The follow-up message with this index."""
        await self._until(lambda: len(self.followups) > number, timeout)
        return self.followups[number]

    def touch(self) -> None:
        """Note the moment in which a reader first sees an answer, and wake whoever waits."""
        if self.visible is None and self.original is not None and not self.deferred:
            self.visible = time.monotonic()
        self.changed.set()

    async def _until(self, condition: Callable[[], bool], timeout: float) -> None:
        try:
            async with asyncio.timeout(timeout):
                while not condition():
                    self.changed.clear()
                    await self.changed.wait()
        except TimeoutError:
            raise TimeoutError(f"no such answer in {timeout} s to {self.data}; so far {self.callback}") from None


class Ledger:
    """Interactions by id and token, and the state changes that REST requests make.

    `answer_seconds` is how long the bot has for a first answer, `token_seconds` how long the token lives after.
    """

    def __init__(self, world: World, store: MessageStore, answer_seconds: float, token_seconds: float) -> None:
        self._world = world
        self._store = store
        self.answer_seconds = answer_seconds
        self.token_seconds = token_seconds
        self._by_id: dict[str, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}

    def open(self, interaction: Interaction) -> None:
        """Start the clock of an interaction that is about to be sent."""
        interaction.sent = time.monotonic()
        self._by_id[interaction.id] = interaction
        self._by_token[interaction.token] = interaction

    def answer(self, interaction_id: str, token: str, payload: Json, files: tuple[Upload, ...]) -> Interaction:
        """Take a first answer. Raises ApiError 10062 (unknown or late), 40060 (again) or 50035 (unsuitable)."""
        interaction = self._by_id.get(interaction_id)
        if interaction is None or interaction.token != token:
            raise errors.unknown_interaction()
        if interaction.acknowledged is not None:
            raise errors.already_acknowledged()
        now = time.monotonic()
        if now - interaction.sent > self.answer_seconds:
            raise errors.unknown_interaction()
        if payload["type"] not in SUITABLE[interaction.kind]:
            raise errors.invalid_form([f"type {payload['type']} does not answer interaction {interaction.kind}"])
        self._apply(interaction, payload, files)
        interaction.acknowledged, interaction.callback = now, payload
        interaction.touch()
        return interaction

    def _apply(self, interaction: Interaction, payload: Json, files: tuple[Upload, ...]) -> None:
        kind, data = payload["type"], payload.get("data") or {}
        if kind in (UPDATE, DEFER_UPDATE) and interaction.origin is None:
            raise errors.invalid_form([f"type {kind} needs a message to update"])
        if kind == SEND:
            interaction.original = self._post(interaction, data, files)
        elif kind == DEFER_SEND:
            interaction.original = self._post(interaction, {"flags": (data.get("flags") or 0) | LOADING}, ())
        elif kind == UPDATE and interaction.origin is not None:
            interaction.original = self._store.edit(interaction.origin, data, files)
        elif kind == DEFER_UPDATE:
            interaction.original = interaction.origin

    def follow_up(self, token: str, payload: Json, files: tuple[Upload, ...]) -> tuple[Json, bool]:
        """Post a follow-up; while the bot is thinking it fills the original instead. Returns (message, is new)."""
        interaction = self.answered(token)
        if interaction.original is not None and interaction.deferred:
            message = self._store.edit(interaction.original, payload, files)
            interaction.touch()
            return message, False
        message = self._post(interaction, payload, files)
        interaction.followups.append(message)
        interaction.touch()
        return message, True

    def find(self, token: str, message_id: str) -> tuple[Interaction, Json]:
        """The message `@original` or a follow-up's id stands for. Raises ApiError 10008, 10015 or 50027."""
        interaction = self.answered(token)
        if message_id == "@original":
            if interaction.original is None or interaction.deleted:
                raise errors.unknown_message()
            return interaction, interaction.original
        own = [interaction.original, *interaction.followups]
        if not any(message is not None and message["id"] == message_id for message in own):
            raise errors.unknown_message()
        return interaction, self._store.get(message_id)

    def answered(self, token: str) -> Interaction:
        """The interaction of a webhook token. Raises ApiError 10015 (unknown or not answered yet), 50027 (old)."""
        interaction = self._by_token.get(token)
        if interaction is None or interaction.acknowledged is None:
            raise errors.unknown_webhook()
        if time.monotonic() - interaction.sent > self.token_seconds:
            raise errors.expired_token()
        return interaction

    def _post(self, interaction: Interaction, data: Json, files: tuple[Upload, ...]) -> Json:
        message = self._store.create(interaction.channel, self._world.bot, data, files)
        message["application_id"] = message["webhook_id"] = self._world.application_id
        message["interaction_metadata"] = {
            "id": interaction.id,
            "type": interaction.kind,
            "user": interaction.user.payload(),
            "authorizing_integration_owners": {"0": self._world.guild_id},
        }
        return message
