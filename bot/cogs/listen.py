"""Questions in plain text: direct messages, and mentions of the bot in a channel."""

import re

import discord
from discord.ext import commands

from bot.answering import Answer, Face, Question
from bot.cogs.drawings import card_of
from bot.cogs.help import how_to_ask
from bot.cogs.services import Host, replying
from bot.ui.errors import guarded
from bot.ui.layout import ALONE, PUBLIC
from bot.ui.pages import slow_card
from bot.ui.text import typed

WRITTEN = (discord.MessageType.default, discord.MessageType.reply)


class Listen(commands.Cog):
    """Answers what is written to the bot, and nothing else."""

    def __init__(self, host: Host) -> None:
        self._host = host

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer a person's direct message, or a message in a channel that mentions the bot by name."""
        if message.author.bot or message.webhook_id is not None or message.type not in WRITTEN:
            return
        if message.guild is None:
            async with guarded(replying(self._host, message), "direct message"):
                await self._answer_direct(message)
        elif self._host.user is not None and _names(message, self._host.user.id):
            async with guarded(replying(self._host, message), "mention"):
                await self._answer_mention(message)

    async def _answer_direct(self, message: discord.Message) -> None:
        slowed = self._host.pace.admit(message.author.id)
        if slowed is None:
            await self._answer(message, Face.DIRECT)
        elif slowed.first:
            await self._host.delivery.send(message, slow_card(slowed.until), as_reply=False)

    async def _answer_mention(self, message: discord.Message) -> None:
        if message.guild is None or not await self._host.servers.hears(message.guild.id, message.channel):
            return
        if self._host.pace.admit(message.author.id) is None:
            await self._answer(message, Face.MENTION)

    async def _answer(self, message: discord.Message, face: Face) -> None:
        services, delivery = self._host.services, self._host.delivery
        in_channel = face is Face.MENTION
        text = typed(message.content)
        if not text:
            settings = None if message.guild is None else await self._host.servers.of(message.guild.id)
            await delivery.send(message, how_to_ask(services, settings), as_reply=in_channel)
            return
        asked = Question(text, face, asker=message.author.id)
        asking = services.desk.ask(asked) if in_channel else self._in_conversation(message, text)
        answer = await asking
        self._host.lately.asked(message.author.id, answer)
        card = card_of(answer, services)(PUBLIC if in_channel else ALONE)
        await delivery.send(message, card, as_reply=in_channel and _may_point(answer))

    async def _in_conversation(self, message: discord.Message, text: str) -> Answer:
        """Ask with what the member asked before. Nobody else writes in a direct message, so it can only be theirs."""
        turns, member = self._host.turns, message.author.id
        answer = await self._host.services.desk.ask(Question(text, Face.DIRECT, turns.previous(member), member))
        if answer.private:
            turns.forget(member)
        elif answer.candidates:
            turns.remember(member, answer.understood or text)
        return answer


def _names(message: discord.Message, bot_id: int) -> bool:
    """Whether the text itself names the bot: not everyone, not a role, not the ping that a mere reply carries."""
    return re.search(rf"<@!?{bot_id}>", message.content) is not None


def _may_point(answer: Answer) -> bool:
    """A reply shows the beginning of the message it answers, which must not happen to a secret."""
    return not answer.private
