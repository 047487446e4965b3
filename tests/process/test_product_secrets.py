"""What the whole bot never gives away, whatever its log level: its token, recovery phrases, and who asked."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tests.process.product import BOT, TOKEN, contents, environment, posted, rows, shown
from tests.standin import Actor, Interaction, StandIn, launch, problems
from tests.standin.record import Request

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
RARE_STEM = "sausag"
"""Of a word of the phrase that nothing else here holds, so that a normalised copy would be found as well."""

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True, slots=True)
class Past:
    """What is left of a bot that met a member in every way and was ended."""

    log: str
    data: Path
    member: Actor
    asked: Interaction
    requests: list[Request]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def past(tmp_path_factory: pytest.TempPathFactory, knowledge: Path) -> Past:
    data = tmp_path_factory.mktemp("secrets") / "data"
    async with StandIn(validator=problems, token=TOKEN) as discord:
        member = discord.actor("zebulon")
        async with launch(discord, BOT, environment(data, knowledge, LOG_LEVEL="DEBUG")) as bot:
            asked = await member.slash("ask", question="what is restaking")
            await (await member.click(await asked.message(), "Helpful")).message()
            mention = f"{member.bot_mention} and <@{member.user.id}>: what is slashing"
            await posted(discord, await member.say(mention))
            secret = await posted(discord, await member.dm.say(PHRASE))
            assert "Delete the message now." in shown(secret)
            await (await member.slash("ask", question=f"my words are {PHRASE}")).message()
            await (await member.autocomplete("ask", "question", PHRASE)).choices()
            await bot.wait_for_output("is trained")
        assert discord.requests.problems() == []
        return Past(bot.stdout + bot.stderr, data, member, asked, list(discord.requests))


async def test_the_token_stands_in_no_log_line_and_no_file(past):
    assert TOKEN not in past.log
    assert [name for name, held in contents(past.data) if TOKEN.encode() in held] == []


async def test_the_token_of_an_interaction_stands_in_no_log_line(past):
    assert past.asked.token not in past.log


async def test_a_recovery_phrase_is_in_no_request_no_log_line_and_no_file(past):
    sent = [json.dumps([seen.path, dict(seen.query), seen.json]) for seen in past.requests]
    assert [text for text in sent if RARE_STEM in text.lower()] == []
    assert RARE_STEM not in past.log.lower()
    files = dict(contents(past.data))
    assert "memory.db" in files
    assert [name for name, held in files.items() if RARE_STEM.encode() in held.lower()] == []


async def test_a_recovery_phrase_is_no_question(past):
    assert rows(past.data, "select text, face from questions order by id") == [
        ("what is restaking", "slash"),
        ("and what is slashing", "mention"),
    ]
    assert rows(past.data, "select text from unmet") == []


async def test_nothing_on_the_disk_tells_who_asked_or_where(past):
    ids = [past.member.user.id, past.member.channel.id, past.member.dm.channel.id]
    written = [form for number in ids for form in (number.encode(), int(number).to_bytes(8, "big"))]
    for name, held in contents(past.data):
        assert [form for form in (*written, b"zebulon") if form in held] == [], name


async def test_the_log_names_no_member_and_no_question(past):
    assert past.member.user.id not in past.log
    assert "zebulon" not in past.log.lower()
    assert "what is slashing" not in past.log
