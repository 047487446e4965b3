"""Members of the guild, played by a test: every verb is something a person can do in Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.standin import interactions as build
from tests.standin.gateway import DIRECT_MESSAGES, GUILD_MESSAGES, MESSAGE_CONTENT
from tests.standin.ledger import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, MODAL_SUBMIT, Interaction
from tests.standin.messages import EPHEMERAL
from tests.standin.world import Channel, Json, User

if TYPE_CHECKING:
    from tests.standin.server import StandIn


class Actor:
    """One member in one place: the guild's text channel, or the direct channel with the bot (see `dm`).

    The verbs send and return at once; wait for the bot on the `Interaction` they return.
    """

    def __init__(self, standin: StandIn, user: User, channel: Channel | None = None) -> None:
        self._standin = standin
        self.user = user
        self.channel = channel or standin.world.channel

    @property
    def dm(self) -> Actor:
        """The same person in the direct channel with the bot."""
        return Actor(self._standin, self.user, self._standin.world.direct_channel(self.user))

    def within(self, channel: Channel) -> Actor:
        """The same person in another channel."""
        return Actor(self._standin, self.user, channel)

    @property
    def bot_mention(self) -> str:
        """The text that mentions the bot."""
        return f"<@{self._standin.world.bot.id}>"

    async def slash(self, name: str, /, **options: Any) -> Interaction:
        """Use a slash command; `name` with subcommands is separated by blanks, as "knowledge check".

        Raises LookupError when it is not registered or not offered to this member here, ValueError for values that
        Discord would not send.
        """
        return await self._send(COMMAND, self._slash_data(name, options, None))

    async def autocomplete(self, name: str, option: str, typed: str, /, **options: Any) -> Interaction:
        """Type into an option of a slash command that has autocomplete; see `Interaction.choices`."""
        return await self._send(AUTOCOMPLETE, self._slash_data(name, options | {option: typed}, option))

    async def message_menu(self, name: str, message: Json) -> Interaction:
        """Use a message context menu command on a message."""
        command = self._command(name, build.MESSAGE_MENU)
        return await self._send(COMMAND, build.menu_data(command, message))

    def _require_visible(self, message: Json) -> None:
        asker = message.get("interaction_metadata", {}).get("user", self.user.payload())
        if message["flags"] & EPHEMERAL and asker["id"] != self.user.id:
            raise LookupError(f"the message is visible to {asker['username']} only")

    async def click(self, message: Json, name: str) -> Interaction:
        """Click a button, found by custom_id or label."""
        self._require_visible(message)
        button = build.find_component(message, build.BUTTON, name)
        return await self._send(COMPONENT, build.click_data(button), origin=message)

    async def select(self, message: Json, name: str, *values: str) -> Interaction:
        """Choose values in a string select, found by custom_id or placeholder."""
        self._require_visible(message)
        menu = build.find_component(message, build.SELECT, name)
        return await self._send(COMPONENT, build.select_data(menu, list(values)), origin=message)

    async def submit(self, asked: Interaction, **values: Any) -> Interaction:
        """Fill in and send the modal with which the bot answered `asked`; values by custom_id or label."""
        response = await asked.response()
        if response["type"] != MODAL:
            raise LookupError(f"the bot answered with type {response['type']}, not with a modal")
        return await self._send(MODAL_SUBMIT, build.modal_data(response["data"], values), origin=asked.origin)

    async def say(self, content: str, *, reply_to: Json | None = None) -> Json:
        """Write a message, which mentions the bot when it holds `bot_mention` or replies to it; returns it."""
        payload: Json = {"content": content}
        if reply_to is not None:
            payload["message_reference"] = {"message_id": reply_to["id"]}
        message = self._standin.store.create(self.channel, self.user, payload)
        gateway = self._standin.gateway
        if gateway.hears(DIRECT_MESSAGES if self.channel.direct else GUILD_MESSAGES):
            readable = gateway.hears(MESSAGE_CONTENT)
            event = build.message_event(message, self._standin.world, readable=readable)
            await gateway.dispatch("MESSAGE_CREATE", event)
        return message

    def _slash_data(self, name: str, options: dict[str, Any], focused: str | None) -> Json:
        first, *path = name.split()
        return build.command_data(self._command(first, build.CHAT_INPUT), path, options, focused)

    def _command(self, name: str, kind: int) -> Json:
        rest, world = self._standin.rest, self._standin.world
        here = [] if self.channel.direct else rest.commands(world.guild_id)
        command = build.find_command(here + rest.commands(), name, kind)
        build.require_offered(command, self.user.permissions, self.channel.direct)
        return command

    async def _send(self, kind: int, data: Json, *, origin: Json | None = None) -> Interaction:
        interaction = Interaction(kind, self.user, self.channel, data, origin)
        self._standin.ledger.open(interaction)
        event = build.interaction_event(interaction, self._standin.world)
        await self._standin.gateway.dispatch("INTERACTION_CREATE", event)
        return interaction
