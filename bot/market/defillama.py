"""DefiLlama: market prices, their history, totals and yields. What it documents, and what it was seen to do.

Sources: its OpenAPI document of 29 July 2026 and the code of its servers. It leaves coins out that it does not know or
that are older than twelve hours, and calls up to then "current", hence the age check of whoever shows a price.
"""

import codecs
import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, TypeGuard

from bot.market.errors import Malformed
from bot.market.http import Request
from bot.market.numbers import amount, moment, percent, read_json, share, table

NAME: Final = "DefiLlama"
POOLS_LIMIT: Final = 48_000_000
"""Bytes; the list of pools was 10 to 15 MB in 2026."""
POOLS_TOTAL: Final = 60.0
CHART_LIMIT: Final = 4_000_000
_LONGEST_RECORD: Final = 64_000
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Seen:
    """A price as one provider states it: in US dollars for one token, at the provider's own time."""

    usd: Decimal
    at: datetime
    confidence: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Yield:
    """A yield in percent a year: the whole, the part from the token itself and the part from rewards beside it."""

    apy: Decimal
    at: datetime
    base: Decimal | None = None
    reward: Decimal | None = None


def prices_request(base: str, keys: Sequence[str]) -> Request:
    """Asks for all prices at once, so that they are of one moment."""
    return Request(f"{base}/prices/current/{','.join(keys)}")


def parse_prices(body: bytes, keys: Iterable[str]) -> dict[str, Seen]:
    """The usable prices by key as asked; what is missing, undated or no number is left out.

    Raises:
        Malformed: the answer holds no table of coins.
    """
    coins = _coins(body)
    seen = {key: _seen(table(coins.get(key))) for key in keys}
    return {key: price for key, price in seen.items() if price is not None}


def _coins(body: bytes) -> dict[str, Any]:
    coins = table(read_json(body)).get("coins")
    if not isinstance(coins, dict):
        raise Malformed("its answer holds no coins")
    return coins


def _seen(coin: dict[str, Any]) -> Seen | None:
    usd, at = amount(coin.get("price")), moment(coin.get("timestamp"))
    if usd is None or at is None:
        return None
    confidence = share(coin.get("confidence"))
    # A confidence that is none is as bad as a low one; only an absent one is documented.
    return Seen(usd, at, Decimal(0) if confidence is None and "confidence" in coin else confidence)


def history_request(base: str, keys: Sequence[str], start: int, span: int, period: str, width: int) -> Request:
    """Asks for `span` prices of each key from `start` (Unix seconds), one each `period`, as `4h`.

    Each is the closest within `width` seconds; by itself the server looks only a tenth of a period far and leaves out
    what it finds no price for.
    """
    params = {"start": str(start), "span": str(span), "period": period, "searchWidth": str(width)}
    return Request(f"{base}/chart/{','.join(keys)}", params, limit=CHART_LIMIT)


def parse_history(body: bytes, keys: Iterable[str]) -> dict[str, list[tuple[datetime, Decimal]]]:
    """Dated prices by key, in order of time; what cannot be read is left out. Raises Malformed."""
    coins = _coins(body)
    return {key: _dated(table(coins.get(key)).get("prices")) for key in keys}


def _dated(rows: object) -> list[tuple[datetime, Decimal]]:
    pairs = [(moment(table(row).get("timestamp")), amount(table(row).get("price"))) for row in _rows(rows)]
    return sorted((at, usd) for at, usd in pairs if at is not None and usd is not None)


def _rows(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def tvl_request(base: str, slug: str) -> Request:
    """Asks for what a protocol holds."""
    return Request(f"{base}/tvl/{slug}", plain=True, limit=10_000)


def parse_tvl(body: bytes) -> Decimal:
    """US dollars. Raises Malformed for an empty answer or anything but a positive number."""
    usd = amount(read_json(body))
    if usd is None:
        raise Malformed("its total is no positive number")
    return usd


def yield_request(base: str, pool: str) -> Request:
    """Asks for the daily yields of a pool."""
    return Request(f"{base}/chart/{pool}", limit=CHART_LIMIT)


def parse_yield(body: bytes) -> Yield:
    """The newest yield that is a number. Raises Malformed where there is none."""
    for row in reversed(_rows(table(read_json(body)).get("data"))):
        apy, at = percent(table(row).get("apy")), _iso(table(row).get("timestamp"))
        if apy is not None and at is not None:
            return Yield(apy, at, percent(row.get("apyBase")), percent(row.get("apyReward")))
    raise Malformed("its yields hold no number")


def _iso(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        return None if at is None else moment(int(at.replace(tzinfo=at.tzinfo or UTC).timestamp()))
    except ValueError:
        return None


def pools_request(base: str) -> Request:
    """Asks for all pools there are: megabytes, for `largest_pools` only."""
    return Request(f"{base}/pools", limit=POOLS_LIMIT, total=POOLS_TOTAL)


async def largest_pools(
    chunks: AsyncIterator[bytes], wanted: Iterable[tuple[str, str]]
) -> Mapping[tuple[str, str], str]:
    """The id of the largest Ethereum pool for each wanted pair of project and symbol (in capitals).

    Reads record by record, so that megabytes of pools never stand in memory at once. Raises Malformed for anything but
    a whole list: the largest pool may stand in the part that is missing.
    """
    searched, best = set(wanted), dict[tuple[str, str], tuple[Decimal, str]]()
    async for pool in _records(chunks):
        found = str(pool.get("project")), str(pool.get("symbol")).upper()
        size, uuid = amount(pool.get("tvlUsd")), pool.get("pool")
        if found in searched and pool.get("chain") == "Ethereum" and size is not None and is_pool(uuid):
            best[found] = max(best.get(found, (Decimal(0), "")), (size, uuid))
    return {found: uuid for found, (_, uuid) in best.items()}


def is_pool(value: object) -> TypeGuard[str]:
    """Whether this can be the id of a pool, which becomes part of an address."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


async def _records(chunks: AsyncIterator[bytes]) -> AsyncIterator[dict[str, Any]]:
    """The records of the list under `data`, as soon as each has arrived."""
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    text, inside, empty = "", False, True
    async for chunk in chunks:
        text += decode(chunk)
        if not inside:
            _, bracket, rest = text.partition("[")
            inside, text = bool(bracket), rest if bracket else text
        place = 0
        for record, end in _whole(text) if inside else ():
            yield record
            place, empty = end, False
        text = text[place:]
        if len(text) > _LONGEST_RECORD:
            raise Malformed("its list of pools cannot be read")
    if empty or not text.lstrip().startswith("]"):
        raise Malformed("its list of pools is empty or ends in the middle")


def _whole(text: str) -> Iterator[tuple[dict[str, Any], int]]:
    """The records that stand in `text` from the first to the last letter, each with the place where it ends."""
    decoder = json.JSONDecoder(parse_float=Decimal)
    place = text.find("{")
    while place >= 0:
        try:
            record, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            return
        yield record, place
        place = text.find("{", place)
