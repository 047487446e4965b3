"""What members type, through the real desk, recorder and memory: what opens a wallet or names somebody is nowhere."""

import asyncio
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mnemonic import Mnemonic

from bot.answering import Face, Question
from bot.answering.desk import Desk
from bot.app import MemoryRecorder
from bot.cogs.lately import Lately
from bot.knowledge import read_library
from bot.storage import Memory
from tests.discord.library import write_library

MARK = "blorptastic"
"""Stands beside every secret: where a text holds one, nothing of the text may be kept."""
ENTRY = "what-is-restaking"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

english = Mnemonic("english")
phrases = (
    st.sampled_from([16, 32]).flatmap(lambda size: st.binary(min_size=size, max_size=size)).map(english.to_mnemonic)
)
keys = (
    st.binary(min_size=32, max_size=32)
    .map(bytes.hex)
    .flatmap(lambda key: st.sampled_from([key, key.upper(), f"0x{key}", f"0X{key.upper()}"]))
)
around = st.sampled_from(["", "what is ", "my key: ", "is this safe?\n", "gm, ", '"', "(1) "])
secrets = st.builds(
    lambda before, secret, after: f"{MARK} {before}{secret}{after} {MARK}",
    around,
    phrases | keys | phrases.map(lambda phrase: phrase.replace(" ", ", ")) | phrases.map(str.upper),
    st.sampled_from(["", "?", ". thanks", '"', ")", "\n"]),
)

names = st.text("qxzvkj", min_size=8, max_size=20)
"""Such as nobody finds among words by chance."""
ids = st.integers(10**16, 2**63 - 1).filter(lambda number: len({*number.to_bytes(8)}) > 5)
"""Such as no file holds by chance: bytes that are mostly alike stand in every database."""
naming = st.one_of(
    ids.map(lambda number: (str(number), f"{number}")),
    ids.map(lambda number: (str(number), f"<@{number}>")),
    names.map(lambda name: (name, f"@{name}")),
    names.map(lambda name: (name, f"{name}@mail.example")),
    names.map(lambda name: (name, f"{name}.eth")),
    names.map(lambda name: (name, f"https://t.example/{name}?ref={name}")),
    names.map(lambda name: (name, f"t.example/{name}")),
    st.binary(min_size=20, max_size=20).map(lambda raw: (raw.hex(), f"0x{raw.hex()}")),
    st.binary(min_size=20, max_size=20).map(lambda raw: (raw.hex(), f"0x{raw.hex().upper()}")),
)
asking = st.sampled_from(
    ["best pizza in rome {}", "what is restaking {}", "{} what is slashing", "rewards {} please", "{}"]
)
FACES = [Face.SLASH, Face.MENU, Face.MENTION, Face.DIRECT]


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return read_library(write_library(tmp_path_factory.mktemp("knowledge")), date(2026, 11, 22)).library


@contextmanager
def log_lines() -> Iterator[list[str]]:
    """Every line that is logged meanwhile, at any level."""
    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield said
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def left_behind(library, typed: list[str], member: int) -> str:
    """Everything that is anywhere after a member typed all that, took each answer for unhelpful, and moderated."""

    async def scenario(folder: Path) -> str:
        async with Memory(folder, clock=lambda: NOW, flush_interval=60) as memory:
            desk, lately = Desk(library, recorder=MemoryRecorder(memory)), Lately(lambda: NOW, memory)
            before = None
            for number, text in enumerate(typed):
                for question in (text, "what is restaking"):
                    answer = await desk.ask(Question(question, FACES[number % 4], before, member))
                    lately.asked(member, answer)
                    lately.voted(member, answer.entry or "", helpful=False)
                    before = None if answer.private else question
            memory.record_feedback(member, ENTRY, helpful=False)
            await memory.add_audit("freeze", actor=member, target=ENTRY, old="answering", new="silent")
            exported = [await memory.unmet(), await memory.audit(99), await memory.recent_questions(999)]
            assert all(exported), "something was kept, else this would show nothing"
            held = _bytes(folder)
        return repr(exported) + held + _bytes(folder)

    with tempfile.TemporaryDirectory() as folder, log_lines() as said:
        return (asyncio.run(scenario(Path(folder))) + "\n".join(said)).lower()


def _bytes(folder: Path) -> str:
    return "".join(path.read_bytes().decode("latin-1") for path in sorted(folder.iterdir()))


@settings(max_examples=25, deadline=None)
@given(st.lists(secrets, min_size=1, max_size=6), ids)
def test_a_text_with_a_secret_is_in_no_file_no_line_of_the_log_and_no_export(library, typed, member):
    left = left_behind(library, [*typed, "what does an operator do"], member)
    assert "what does an operator do" in left
    assert MARK not in left
    for text in typed:
        words = text.lower().replace(",", "").split()
        assert not [run for run in zip(words, words[1:], words[2:], strict=False) if " ".join(run) in left]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(asking, naming), min_size=1, max_size=8), ids)
def test_what_names_somebody_is_in_no_file_no_line_of_the_log_and_no_export(library, typed, member):
    left = left_behind(library, [template.format(shown) for template, (_, shown) in typed], member)
    assert [name for _, (name, _) in typed if name.lower() in left] == []


@settings(max_examples=25, deadline=None)
@given(ids)
def test_who_asks_votes_and_moderates_is_in_no_file_no_line_of_the_log_and_no_export(library, member):
    left = left_behind(library, ["best pizza in rome"], member)
    spelled = [
        str(member),
        f"{member:x}",
        *(member.to_bytes(8, order).decode("latin-1") for order in ("big", "little")),
    ]
    assert [form for form in spelled if form.lower() in left] == []
