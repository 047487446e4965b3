import asyncio
import hashlib
import json
import random
import stat
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.storage import KEY_NAME, Memory
from bot.storage.votes import KeyRing, VoteKey, load_keys, save_keys

MEMBER = 123_456_789_012_345_678
OTHER = 987_654_321_098_765_432


def bytes_on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


async def test_a_second_vote_on_an_entry_replaces_the_first(open_memory, rows, clock):
    async with open_memory() as memory:
        memory.record_feedback(MEMBER, "slashing", helpful=True)
        memory.record_feedback(MEMBER, "yield", helpful=True)
        memory.record_feedback(OTHER, "slashing", helpful=True)
        await memory.flush()
        clock.advance(hours=1)
        memory.record_feedback(MEMBER, "slashing", helpful=False)
    assert sorted(rows("select entry, helpful from feedback")) == [("slashing", 0), ("slashing", 1), ("yield", 1)]
    assert rows("select at from feedback where helpful = 0") == [(int(clock.now.timestamp()),)]


async def test_no_file_holds_the_id_of_a_member_in_any_spelling(open_memory, folder):
    async with open_memory() as memory:
        memory.record_feedback(MEMBER, "slashing", helpful=True)
        await memory.flush()
        while_open = bytes_on_disk(folder)
    for content in (while_open, bytes_on_disk(folder)):
        for spelling in (str(MEMBER).encode(), f"{MEMBER:x}".encode(), MEMBER.to_bytes(8, "big")):
            assert spelling not in content
        assert MEMBER.to_bytes(8, "little") not in content


async def test_the_key_file_is_for_its_owner_alone(open_memory, folder):
    async with open_memory() as memory:
        memory.record_feedback(MEMBER, "slashing", helpful=True)
    assert stat.S_IMODE((folder / KEY_NAME).stat().st_mode) == 0o600


async def test_a_waiting_vote_does_not_show_its_member_when_printed(open_memory):
    memory = open_memory()
    memory.record_feedback(MEMBER, "slashing", helpful=True)
    assert str(MEMBER) not in repr(list(memory._buffer._events))


async def test_two_folders_give_one_member_unrelated_hashes(tmp_path, clock):
    kept = []
    for name in ("one", "two"):
        async with Memory(tmp_path / name, clock=clock) as memory:
            memory.record_feedback(MEMBER, "slashing", helpful=True)
        ring = load_keys(tmp_path / name / KEY_NAME)
        assert ring is not None
        kept += [ring.current.member(MEMBER), ring.current.vote(MEMBER, "slashing"), ring.current.name]
    assert len(set(kept)) == 6


async def test_erasing_takes_all_votes_of_one_member_and_no_other(open_memory, rows):
    async with open_memory() as memory:
        for entry in ("a", "b", "c"):
            memory.record_feedback(MEMBER, entry, helpful=True)
        memory.record_feedback(OTHER, "a", helpful=False)
        assert (await memory.holdings(MEMBER)).votes == 3
        assert (await memory.erase_member(MEMBER)).votes == 3
        assert (await memory.erase_member(MEMBER)).votes == 0
        assert (await memory.holdings(MEMBER)).votes == 0
        assert (await memory.holdings(OTHER)).votes == 1
    assert rows("select entry, helpful from feedback") == [("a", 0)]


async def test_erasing_reaches_votes_that_were_not_written_yet(open_memory, rows):
    async with open_memory() as memory:
        memory.record_feedback(MEMBER, "a", helpful=True)
        assert (await memory.erase_member(MEMBER)).votes == 1
    assert rows("select * from feedback") == []


# Under these two keys SQLite 3.40 left copies of erased rows between pages, although `secure_delete` was on.
@pytest.mark.parametrize("seed", [b"47", b"130"])
async def test_an_erased_vote_is_in_no_byte_of_any_file_neither_at_once_nor_after_closing(
    open_memory, folder, clock, seed
):
    key = VoteKey(hashlib.sha256(seed).digest(), made_at=int(clock().timestamp()))
    folder.mkdir()
    save_keys(folder / KEY_NAME, KeyRing((key,)))
    chance = random.Random(7)  # noqa: S311 - repeatable on purpose
    votes = [(chance.randrange(150), f"entry-{chance.randrange(40)}") for _ in range(1500)]
    erased = range(0, 150, 5)
    async with open_memory(capacity=len(votes)) as memory:
        for user_id, entry in votes:
            memory.record_feedback(user_id, entry, helpful=True)
        await memory.flush()
        hashes = {key.member(user).encode() for user in erased}
        hashes |= {key.vote(user, entry).encode() for user, entry in votes if user in erased}
        before = bytes_on_disk(folder)
        assert all(found in before for found in hashes)
        for user in erased:
            await memory.erase_member(user)
        at_once = bytes_on_disk(folder)
    after_closing = bytes_on_disk(folder)
    assert not any(gone in at_once for gone in hashes)
    assert not any(gone in after_closing for gone in hashes)
    assert key.member(1).encode() in after_closing


async def test_a_vote_changed_after_the_key_was_renewed_still_counts_once(open_memory, rows, clock):
    retention = timedelta(days=30)
    async with open_memory(retention=retention) as memory:
        memory.record_feedback(OTHER, "first vote ever", helpful=True)
        await memory.flush()
        clock.advance(days=29)
        memory.record_feedback(MEMBER, "a", helpful=True)
        await memory.flush()
        clock.advance(days=2)
        await memory.prune(clock.now)
        memory.record_feedback(OTHER, "a", helpful=True)
        memory.record_feedback(MEMBER, "a", helpful=False)
        assert (await memory.holdings(MEMBER)).votes == 1
    assert sorted(rows("select entry, helpful from feedback")) == [("a", 0), ("a", 1)]
    assert rows("select count(distinct made_under) from feedback") == [(1,)]


votes_and_erasures = st.lists(
    st.tuples(st.sampled_from(["helpful", "unhelpful", "erase", "flush"]), st.integers(1, 4), st.sampled_from("xyz")),
    max_size=40,
)


@settings(max_examples=25, deadline=None)
@given(votes_and_erasures)
def test_what_is_held_is_the_last_vote_of_each_member_on_each_entry_since_the_last_erasure(steps):
    async def scenario(folder: Path) -> None:
        expected: dict[tuple[int, str], bool] = {}
        async with Memory(folder, clock=lambda: datetime.now(UTC), flush_interval=60) as memory:
            for step, user, entry in steps:
                if step == "erase":
                    theirs = [key for key in expected if key[0] == user]
                    assert (await memory.erase_member(user)).votes == len(theirs)
                    expected = {key: value for key, value in expected.items() if key not in theirs}
                elif step == "flush":
                    assert await memory.flush() is True
                else:
                    memory.record_feedback(user, entry, helpful=step == "helpful")
                    expected[user, entry] = step == "helpful"
            held = Counter(user for user, _ in expected)
            assert [(await memory.holdings(user)).votes for user in range(1, 5)] == [held[user] for user in range(1, 5)]

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(scenario(Path(folder)))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 25), st.integers(1, 3), st.sampled_from("xy")), min_size=1, max_size=15))
def test_over_any_years_of_key_changes_every_vote_held_can_be_erased_and_none_counts_twice(steps):
    retention = timedelta(days=30)
    now = datetime(2026, 1, 1, tzinfo=UTC)

    async def scenario(folder: Path) -> None:
        nonlocal now
        last: dict[tuple[int, str], datetime] = {}
        async with Memory(folder, clock=lambda: now, retention=retention, flush_interval=60) as memory:
            for days, user, entry in steps:
                now += timedelta(days=days)
                await memory.prune(now)
                memory.record_feedback(user, entry, helpful=True)
                last[user, entry] = now
            held = Counter(user for (user, _), at in last.items() if at >= now - retention)
            await memory.prune(now)
            for user in range(1, 4):
                assert (await memory.holdings(user)).votes == held[user]
                assert (await memory.erase_member(user)).votes == held[user]
            assert await memory.prune(now + 10 * retention) == 0, "a vote was left that its member could not erase"

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(scenario(Path(folder)))


def test_a_key_serves_one_retention_and_is_forgotten_after_a_second_one():
    retention = timedelta(days=30)
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    first = KeyRing.begin(begin)
    assert first.rotated(begin + retention, retention) == first
    second = first.rotated(begin + timedelta(days=31), retention)
    assert second.current != first.current
    assert [key.secret for key in second.keys[1:]] == [first.current.secret]
    assert len(second.rotated(begin + timedelta(days=61), retention).keys) == 2
    third = second.rotated(begin + timedelta(days=62), retention)
    assert first.current.secret not in {key.secret for key in third.keys}


def test_saved_keys_are_read_back_as_they_were(tmp_path):
    ring = KeyRing.begin(datetime(2026, 1, 1, tzinfo=UTC)).rotated(datetime(2026, 6, 1, tzinfo=UTC), timedelta(days=9))
    save_keys(tmp_path / KEY_NAME, ring)
    assert load_keys(tmp_path / KEY_NAME) == ring
    assert [path.name for path in tmp_path.iterdir()] == [KEY_NAME]


def test_a_secret_is_not_shown_when_a_key_is_printed():
    ring = KeyRing.begin(datetime(2026, 1, 1, tzinfo=UTC))
    assert ring.current.secret.hex() not in repr(ring)
    assert repr(ring.current.secret) not in repr(ring)


@settings(max_examples=60)
@given(
    st.binary(max_size=60)
    | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps).map(str.encode)
)
def test_any_content_of_the_key_file_is_either_a_ring_or_nothing(content: bytes):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / KEY_NAME
        path.write_bytes(content)
        assert load_keys(path) is None


@pytest.mark.parametrize(
    "keys",
    [
        [],
        [{"secret": "00", "made_at": 1, "retired_at": None}],
        [{"secret": "00" * 32, "made_at": 1, "retired_at": 5}],
        [{"secret": "00" * 32, "made_at": 1}],
        [{"secret": "zz" * 32, "made_at": 1, "retired_at": None}],
        ["00" * 32],
    ],
)
def test_a_key_file_that_no_release_would_write_is_refused(tmp_path, keys):
    (tmp_path / KEY_NAME).write_text(json.dumps({"keys": keys}))
    assert load_keys(tmp_path / KEY_NAME) is None


@pytest.mark.parametrize("accident", ["removed", "overwritten"])
async def test_votes_whose_key_is_lost_are_deleted_and_the_operator_is_told(
    open_memory, rows, folder, caplog, accident
):
    async with open_memory() as memory:
        memory.record_feedback(MEMBER, "a", helpful=True)
        memory.record_feedback(OTHER, "a", helpful=True)
    if accident == "removed":
        (folder / KEY_NAME).unlink()
    else:
        (folder / KEY_NAME).write_text("not a key")
    async with open_memory() as memory:
        memory.record_feedback(OTHER, "b", helpful=True)
        assert (await memory.holdings(MEMBER)).votes == 0
        assert (await memory.holdings(OTHER)).votes == 1
    assert rows("select entry from feedback") == [("b",)]
    assert [record.getMessage() for record in caplog.records if "key of 2 votes" in record.getMessage()]
