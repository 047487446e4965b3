import asyncio
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.storage import DATABASE_NAME, RATE_RETENTION, KeptRate, Memory
from bot.storage.store import Store, StorePlan
from bot.storage.traces import has_traces

MEMBER = 42
DAY = datetime(2026, 3, 1, tzinfo=UTC)
EVER = datetime(1970, 1, 1, tzinfo=UTC)
TOKEN = "weETH"
RATE = Decimal("1.076912345678901234")
LARGEST_WORD = Decimal(2**256 - 1)
SECONDS_A_DAY = 86_400


def reading(token: str = TOKEN, rate: Decimal = RATE, block: int = 24_000_000, at: datetime = DAY) -> KeptRate:
    return KeptRate(token, rate, block, at)


def remembered(folder: Path, readings: Sequence[KeptRate] = ()) -> list[KeptRate]:
    async def scenario() -> list[KeptRate]:
        async with Memory(folder, clock=lambda: DAY, flush_interval=60) as memory:
            for kept in readings:
                memory.record_rate(kept)
            return await memory.rates(EVER)

    return asyncio.run(scenario())


async def test_the_only_reading_of_a_day_is_given_once_and_as_it_was_made(open_memory):
    async with open_memory() as memory:
        memory.record_rate(reading())
        memory.record_rate(reading())
        assert await memory.rates(EVER) == [reading()]


async def test_of_a_day_the_first_and_the_last_reading_stay_and_those_between_go(open_memory):
    day = [reading(rate=RATE + hour, block=24_000_000 + hour, at=DAY + timedelta(hours=hour)) for hour in range(5)]
    async with open_memory() as memory:
        for kept in day:
            memory.record_rate(kept)
            await memory.flush()
        assert await memory.rates(EVER) == [day[0], day[-1]]


async def test_a_rate_that_did_not_move_within_a_day_still_shows_when_it_was_last_read(open_memory):
    morning, evening = reading(at=DAY), reading(at=DAY + timedelta(hours=11), block=24_003_300)
    async with open_memory() as memory:
        memory.record_rate(morning)
        memory.record_rate(evening)
        assert await memory.rates(EVER) == [morning, evening]


async def test_a_day_begins_at_midnight_in_utc_wherever_the_reading_says_it_was_made(open_memory):
    tokyo = timezone(timedelta(hours=9))
    late, midnight = DAY - timedelta(seconds=1), DAY
    async with open_memory() as memory:
        for at in (late, midnight, midnight + timedelta(hours=1), midnight + timedelta(hours=2)):
            memory.record_rate(reading(at=at.astimezone(tokyo)))
        kept = await memory.rates(EVER)
    assert [each.at for each in kept] == [late, midnight, midnight + timedelta(hours=2)]
    assert {each.at.utcoffset() for each in kept} == {timedelta(0)}


async def test_readings_are_given_by_token_then_time_from_the_asked_moment_on(open_memory):
    async with open_memory() as memory:
        for token in ("rsETH", "ezETH"):
            for hours in (-24, -23, 0, 1):
                memory.record_rate(reading(token, at=DAY + timedelta(hours=hours)))
        for since, expected in ((-24, (-24, -23, 0, 1)), (-23, (-23, 0, 1)), (0.5, (1,)), (1, (1,)), (1.1, ())):
            kept = await memory.rates(DAY + timedelta(hours=since))
            assert [(each.token, (each.at - DAY) / timedelta(hours=1)) for each in kept] == [
                (token, hours) for token in ("ezETH", "rsETH") for hours in expected
            ]


def first_and_last(readings: Sequence[KeptRate]) -> set[KeptRate]:
    days: dict[tuple[str, int], list[KeptRate]] = {}
    for kept in readings:
        days.setdefault((kept.token, int(kept.at.timestamp()) // SECONDS_A_DAY), []).append(kept)
    edges = [(min(day, key=lambda kept: kept.at), max(day, key=lambda kept: kept.at)) for day in days.values()]
    return {kept for pair in edges for kept in pair}


moments = st.integers(0, 3 * SECONDS_A_DAY - 1) | st.sampled_from([0, 1, 86_399, 86_400, 86_401, 172_799, 172_800])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["ezETH", "weETH"]), moments, st.booleans()), max_size=25),
    # One second has one block, and one block one rate; several seconds may have the same rate.
    st.lists(st.integers(1, 10**20), min_size=1, max_size=5),
)
def test_whatever_the_order_and_the_flushes_the_earliest_and_the_latest_of_each_day_stay(made, rates):
    async def scenario(folder: Path) -> list[KeptRate]:
        async with Memory(folder, clock=lambda: DAY + timedelta(days=3), flush_interval=60) as memory:
            for kept, (_, _, flush) in zip(readings, made, strict=True):
                memory.record_rate(kept)
                if flush:
                    await memory.flush()
            return await memory.rates(EVER)

    readings = [
        reading(token, Decimal(rates[second % len(rates)]).scaleb(-18), second, DAY + timedelta(seconds=second))
        for token, second, _ in made
    ]
    with tempfile.TemporaryDirectory() as folder:
        kept = asyncio.run(scenario(Path(folder)))
    assert kept == sorted(first_and_last(readings), key=lambda each: (each.token, each.at))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 2**256 - 1), st.integers(0, 60)), min_size=1, max_size=20))
@example([(2**256 - 1, 0), (1, 60), (1_076_912_345_678_901_234, 18), (10**18, 18)])
def test_every_rate_that_a_contract_can_state_comes_back_to_the_last_digit(stated):
    rates = [Decimal((0, Decimal(number).as_tuple().digits, -places)) for number, places in stated]
    with tempfile.TemporaryDirectory() as folder:
        kept = remembered(Path(folder), [reading(f"{number:02}", rate) for number, rate in enumerate(rates)])
    assert [each.rate for each in kept] == rates


@pytest.mark.parametrize(
    "unusable",
    [
        *(reading(rate=Decimal(text)) for text in ("0", "-0", "-1.07", "NaN", "sNaN", "Infinity", "-Infinity")),
        reading(rate=Decimal("1E+999999999999")),
        reading(rate=Decimal("1E-999999999999")),
        reading(rate=LARGEST_WORD * 100 + Decimal("1e-9")),
        reading(rate=Decimal("1." + "3" * 100)),
        reading(block=-1),
        reading(block=2**63),
        reading(at=datetime(2026, 3, 1)),  # noqa: DTZ001 - the point of it
        reading(at=datetime.min),  # noqa: DTZ901 - the same
        reading(at=datetime.min.replace(tzinfo=UTC)),
        reading(at=datetime.max.replace(tzinfo=timezone(-timedelta(hours=12)))),
        reading(at=DAY + timedelta(days=2)),
        reading(at=DAY - RATE_RETENTION),
    ],
    ids=lambda kept: f"{str(kept.rate)[:12]}, {kept.block}, {kept.at}",
)
async def test_a_reading_that_cannot_be_true_is_dropped_and_stands_in_nobodys_way(open_memory, rows, lines, unusable):
    fine = reading("ezETH")
    async with open_memory() as memory:
        memory.record_rate(unusable)
        memory.record_rate(fine)
        memory.record_unmet("beside it", kind="gap", entry=None, asker=MEMBER)
        assert await memory.flush() is True
        assert await memory.rates(EVER) == [fine]
    assert rows("select count(*) from rates") == [(1,)]
    assert rows("select text from unmet") == [("beside it",)]
    assert lines() == []


@pytest.mark.parametrize(
    ("token", "kept"), [("\ud800", "?"), ("x" * 1000, "x" * 300), ("nul \0", "nul \0"), ("", "")], ids=ascii
)
async def test_any_token_can_be_recorded(open_memory, token, kept):
    async with open_memory() as memory:
        memory.record_rate(reading(token))
        assert await memory.rates(EVER) == [reading(kept)]


async def test_rates_outlive_the_retention_of_questions_and_go_after_their_own(open_memory, rows, clock):
    async with open_memory(retention=timedelta(days=1)) as memory:
        memory.record_rate(reading(at=clock.now))
        memory.record_unmet("gone tomorrow", kind="gap", entry=None, asker=MEMBER)
        await memory.flush()
        clock.advance(days=400)
        assert await memory.prune(clock.now) == 1
        assert await memory.rates(EVER) == [reading(at=clock.now - timedelta(days=400))]
        clock.advance(seconds=1)
        assert await memory.prune(clock.now) == 1
        assert await memory.rates(EVER) == []
    assert rows("select count(*) from rates") == [(0,)]


async def test_a_long_retention_of_questions_keeps_no_rate_longer(open_memory, rows, clock):
    async with open_memory(retention=timedelta(days=3650)) as memory:
        memory.record_rate(reading(at=clock.now))
    clock.advance(days=401)
    async with open_memory(retention=timedelta(days=3650)) as memory:
        await memory.flush()
    assert rows("select count(*) from rates") == [(0,)]


async def test_the_file_is_not_written_anew_for_pruned_rates(open_memory, folder, clock):
    async with open_memory() as memory:
        memory.record_rate(reading(at=clock.now))
    clock.advance(days=401)
    with closing(Store.open(StorePlan(folder, timedelta(days=90), 10**9), clock())) as store:
        assert store.prune(clock.now) == 1
        assert not has_traces(store._db)


async def test_erasing_a_member_leaves_the_rates_and_does_not_count_them(open_memory):
    async with open_memory() as memory:
        memory.record_rate(reading())
        memory.record_feedback(MEMBER, "e", helpful=True)
        assert (await memory.holdings(MEMBER)).votes == 1
        assert (await memory.erase_member(MEMBER)).votes == 1
        assert await memory.rates(EVER) == [reading()]


async def test_rates_have_no_place_for_a_member_or_a_server(open_memory, rows):
    async with open_memory() as memory:
        await memory.flush()
    columns = {name for _, name, *_ in rows("pragma table_info(rates)")}
    assert columns == {"token", "day", "rate", "block", "at", "last_rate", "last_block", "last_at"}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(("rate", text) for text in ("", "one", "NaN", "sNaN", "-Infinity", "0", "-1.07", "1e999999", "1.0.7", "９x")),
        *(("rate", value) for value in (b"\xff\xfe", b"1.07")),
        *(("block", value) for value in (-1, "many", 1.5, b"\x01")),
        *(("at", value) for value in ("noon", 2**62, 1e300, 1772366400.5, b"\x01")),
    ],
)
@pytest.mark.parametrize("half", ["", "last_"])
async def test_an_edited_number_costs_its_reading_and_no_other(open_memory, folder, lines, half, column, value):
    first, last, other = reading(), reading(at=DAY + timedelta(hours=1)), reading("ezETH")
    async with open_memory() as memory:
        for kept in (first, last, other):
            memory.record_rate(kept)
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as editor:
        editor.execute(f"update rates set {half}{column} = ? where token = 'weETH'", [value])  # noqa: S608
        editor.commit()
    async with open_memory() as memory:
        assert await memory.rates(EVER) == [other, first if half else last]
    assert lines() == []


async def test_a_text_edited_into_broken_utf_8_hides_no_rate(open_memory, folder, lines):
    async with open_memory() as memory:
        for token in ("ezETH", "rsETH", "weETH"):
            memory.record_rate(reading(token))
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as editor:
        editor.execute(
            "update rates set (rate, last_rate) = (cast(x'ff31' as text), cast(x'ff' as text)) where token = 'rsETH'"
        )
        editor.commit()
    async with open_memory() as memory:
        assert await memory.rates(EVER) == [reading("ezETH"), reading("weETH")]
    assert lines() == []


async def test_where_the_memory_cannot_be_used_recording_is_harmless_and_no_rate_is_given(tmp_path, clock):
    obstacle = tmp_path / "file"
    obstacle.write_text("in the way")
    memory = Memory(obstacle / "data", clock=clock, flush_interval=60)
    assert await memory.rates(EVER) == []
    async with memory:
        memory.record_rate(reading())
        assert await memory.rates(EVER) == []
        obstacle.unlink()
        assert await memory.rates(EVER) == [reading()]
    memory.record_rate(reading("too late"))
    assert await memory.rates(EVER) == []


async def test_while_another_program_holds_the_lock_readings_wait_and_those_kept_are_given(open_memory, folder):
    later = reading(at=DAY + timedelta(hours=1))
    async with open_memory() as memory:
        memory.record_rate(reading())
        await memory.flush()
        with closing(sqlite3.connect(folder / DATABASE_NAME, isolation_level=None)) as other:
            other.execute("begin immediate")
            memory.record_rate(later)
            assert await memory.rates(EVER) == [reading()]
            other.execute("rollback")
        assert await memory.rates(EVER) == [reading(), later]


# The file as the release before the rates left it, steps and all.
OLDER_RELEASE = """
create table "_sqlite_migrations" ("id" integer primary key, "migration_set" text, "name" text, "applied_at" text);
create unique index "idx__sqlite_migrations_migration_set_name" on "_sqlite_migrations" ("migration_set", "name");
insert into "_sqlite_migrations" values (1, 'bot.storage', 'm001_questions', '2026-02-01 08:00:00.000001+00:00');
insert into "_sqlite_migrations" values (2, 'bot.storage', 'm002_gaps', '2026-02-01 08:00:00.000002+00:00');
insert into "_sqlite_migrations" values (3, 'bot.storage', 'm003_feedback', '2026-02-01 08:00:00.000003+00:00');
insert into "_sqlite_migrations" values (4, 'bot.storage', 'm004_state', '2026-02-01 08:00:00.000004+00:00');
create table "questions" ("id" integer primary key, "at" integer not null, "text" text not null,
    "outcome" text not null, "entry" text, "face" text not null);
create index "idx_questions_at" on "questions" ("at");
create table "gaps" ("text" text primary key, "count" integer not null, "first_seen" integer not null,
    "last_seen" integer not null);
create index "idx_gaps_last_seen" on "gaps" ("last_seen");
create table "feedback" ("vote" text primary key, "member" text not null, "made_under" text not null,
    "entry" text not null, "helpful" integer not null, "at" integer not null);
create index "idx_feedback_member" on "feedback" ("member");
create index "idx_feedback_at" on "feedback" ("at");
create table "state" ("key" text primary key, "value" text not null);
insert into "questions" values (7, 1772366400, 'what is an avs', 'answer', 'avs', 'dm');
insert into "gaps" values ('who audits the avs', 3, 1772280000, 1772366400);
insert into "state" values ('commands', 'a1b2');
"""


async def test_a_database_of_the_release_before_rates_is_carried_over_without_loss(open_memory, folder, rows, lines):
    folder.mkdir()
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as older:
        older.executescript(OLDER_RELEASE)
    async with open_memory() as memory:
        memory.record_rate(reading())
        memory.record_unmet("who audits the avs", kind="gap", entry=None, asker=MEMBER)
        memory.record_feedback(MEMBER, "avs", helpful=True)
        assert await memory.rates(EVER) == [reading()]
        assert await memory.get_state("commands") == "a1b2"
        assert (await memory.holdings(MEMBER)).votes == 1
    assert rows("select * from questions") == [(7, 1772366400, "what is an avs", "answer", "avs", "dm")]
    assert rows("select text, at from unmet") == [("who audits the avs", 1772366400)]
    assert rows("select name from sqlite_master where name = 'gaps'") == []
    assert lines() == []


async def test_votes_made_before_the_rates_came_can_still_be_erased(open_memory, folder):
    async with open_memory() as memory:
        memory.record_feedback(MEMBER, "avs", helpful=True)
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as older:
        older.execute("drop table rates")
        older.execute("delete from _sqlite_migrations where name = 'm005_rates'")
        older.commit()
    async with open_memory() as memory:
        memory.record_rate(reading())
        assert await memory.rates(EVER) == [reading()]
        assert (await memory.erase_member(MEMBER)).votes == 1


WRITER = """
import asyncio, sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from bot.storage import KeptRate, Memory

DAY = datetime(2026, 3, 1, tzinfo=UTC)

async def main():
    async with Memory(Path(sys.argv[1]), clock=lambda: DAY, flush_interval=0.02) as memory:
        for number in sorted(range(int(sys.argv[2]), 60, 2), key=lambda number: number * 37 % 60):
            for token in ("ezETH", "weETH"):
                rate = 1 + Decimal(number) / 1000
                memory.record_rate(KeptRate(token, rate, 1000 + number, DAY + timedelta(minutes=number)))
            await asyncio.sleep(0.01)
        while not await memory.flush():
            await asyncio.sleep(0.02)

asyncio.run(main())
"""


def test_two_processes_agree_on_the_first_and_the_last_reading_of_a_day(folder, lines):
    started = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(folder), part], stderr=subprocess.PIPE, text=True)
        for part in ("0", "1")
    ]
    for process in started:
        _, complaints = process.communicate(timeout=30)
        assert process.returncode == 0, complaints
    first = reading("ezETH", Decimal(1), 1000, DAY)
    last = reading("ezETH", Decimal("1.059"), 1059, DAY + timedelta(minutes=59))
    assert remembered(folder) == [first, last, replace(first, token="weETH"), replace(last, token="weETH")]
    assert lines() == []
