"""What became of the pages that the knowledge rests on: which are gone, which moved, which say something else now.

A page is known by a fingerprint of what a reader sees, kept from check to check. A page that differs at every check is
told apart as restless. A change stays to be looked at until whatever rests on the page was reviewed after it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from bot.answering.numerals import short_date
from bot.curation.fingerprint import fingerprint
from bot.curation.linkstate import Checked, LinkState, Verdict
from bot.knowledge import Library
from bot.market.pages import Page
from bot.market.public_web import Fault, host_of

RESTLESS: Final = 3
"""Checks in a row that found another text, after which a page is restless."""
NAMED: Final = 4
"""Places of a link that a line names."""
AT_ONCE: Final = 8
"""Hosts that are asked at the same time; each of them still gets one request after the other."""
TO_LOOK_AT: Final = (Verdict.DEAD, Verdict.MOVED, Verdict.CHANGED)
"""What a moderator has to do something about."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a link stands: the file, the id of the entry, figure or incident, and the day of its last review."""

    file: str
    id: str
    looked: date | None = None

    def __str__(self) -> str:
        return f"{self.file} [{self.id}]" if self.file.startswith("facts/") else self.file


@dataclass(frozen=True, slots=True)
class Link:
    """The address of a page, without the place on it, and everywhere it stands."""

    url: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """How one link stands as of the last check."""

    link: Link
    verdict: Verdict
    at: date
    why: str = ""

    @property
    def needs_a_look(self) -> bool:
        """Whether a moderator has to do something about it."""
        return self.verdict in TO_LOOK_AT

    def line(self) -> str:
        """The address, what became of it, and the first files that name it."""
        more = len(self.link.places) - NAMED
        places = ", ".join(map(str, self.link.places[:NAMED])) + (f" and {more} more" if more > 0 else "")
        return f"{self.link.url}: {self.why or self.verdict.value}; named in {places}"

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "url": self.link.url,
            "verdict": self.verdict.value,
            "why": self.why,
            "checked": self.at.isoformat(),
            "places": [{"file": place.file, "id": place.id} for place in self.link.places],
        }


class Reader(Protocol):
    """Reads pages; `Pages` of the market room is one."""

    async def read(self, url: str) -> Page:
        """The page at an address; never raises for its sake."""
        ...


def links_of(library: Library) -> tuple[Link, ...]:
    """Every page that published entries, figures and incidents name, in the order of the alphabet."""
    found: dict[str, list[Place]] = defaultdict(list)
    for url, place in _named(library):
        found[url.partition("#")[0]].append(place)
    return tuple(Link(url, tuple(dict.fromkeys(places))) for url, places in sorted(found.items()))


def _named(library: Library) -> Iterator[tuple[str, Place]]:
    for entry in library.published:
        for source in entry.sources:
            if source.url:
                yield source.url, Place(entry.file, entry.id, entry.reviewed)
    for figure in library.facts.figures.values():
        if figure.link:
            yield figure.link, Place("facts/figures.toml", figure.id, figure.as_of)
    for case in library.facts.incidents.values():
        for url in case.links:
            yield url, Place("facts/incidents.toml", case.id, case.updated)


def only(links: Sequence[Link], wanted: str) -> tuple[Link, ...]:
    """The links of an entry, figure or incident of that id, or of that domain with those below it."""
    name = wanted.strip().lower().removesuffix(".md").rpartition("/")[2]
    return tuple(link for link in links if _is_of(link, name))


def _is_of(link: Link, name: str) -> bool:
    host = host_of(link.url)
    return host == name or host.endswith(f".{name}") or any(place.id.lower() == name for place in link.places)


_FAULTS: Final = {
    Fault.NO_NAME: (Verdict.DEAD, "its name is gone from the internet"),
    Fault.NO_LOOKUP: (Verdict.UNREACHABLE, "its name could not be looked up"),
    Fault.PRIVATE: (Verdict.UNREACHABLE, "its name leads to a private address, which is not asked"),
    Fault.BAD_REDIRECT: (Verdict.UNREACHABLE, "it redirects to an address that is not followed"),
    Fault.TOO_MANY_HOPS: (Verdict.UNREACHABLE, "it redirects too often"),
    Fault.CERTIFICATE: (Verdict.UNREACHABLE, "its certificate is not valid"),
    Fault.NO_CONNECTION: (Verdict.UNREACHABLE, "no connection"),
    Fault.TIMEOUT: (Verdict.UNREACHABLE, "no answer in time"),
    Fault.ROBOTS: (Verdict.REFUSED, "its robots.txt asks programs to stay away"),
    Fault.NO_ROBOTS: (Verdict.UNREACHABLE, "its robots.txt could not be read, so nothing was asked"),
    Fault.PATIENCE: (Verdict.REFUSED, "its host asks for more patience than a check has"),
    Fault.MACHINE: (Verdict.UNREACHABLE, "the proxy or the certificates of this machine cannot be used"),
}
_GONE: Final = frozenset({404, 410})
_REFUSALS: Final = frozenset({401, 402, 403, 405, 406, 407, 429, 451, 999})
_GOOD: Final = range(200, 300)
OFFLINE: Final = "this machine found no name at all; is it connected to the internet?"
SCRIPTED: Final = "it is there, but shows no text without scripts, so what it says was not compared"


def judged(page: Page, earlier: Checked | None, today: date) -> Checked:
    """What is to be kept of a page that was read `today`, after what was kept of it before."""
    known = earlier or Checked(Verdict.NEW, today)
    if page.fault is not None:
        verdict, why = _FAULTS[page.fault]
        return replace(known, verdict=verdict, at=today, why=_by_way_of(page, why), to="")
    if page.status not in _GOOD:
        verdict, why = _not_had(page)
        return replace(known, verdict=verdict, at=today, why=_by_way_of(page, why), to="")
    return _read(page, known, today)


def _not_had(page: Page) -> tuple[Verdict, str]:
    why = f"it answers with status {page.status}"
    if page.challenged:
        return Verdict.REFUSED, "a guard against programs answers in its place"
    if page.status in _GONE:
        return Verdict.DEAD, f"it is gone (status {page.status})"
    return (Verdict.REFUSED if page.status in _REFUSALS else Verdict.UNREACHABLE), why


def _by_way_of(page: Page, why: str) -> str:
    return f"it redirects to {page.hops[-1].to}, and there: {why}" if page.hops else why


def _read(page: Page, known: Checked, today: date) -> Checked:
    """A page that is there: whether it has moved, and whether it says something else than before."""
    mark, to = fingerprint(page), moved_to(page)
    differs = bool(mark and known.fingerprint and mark != known.fingerprint)
    streak = known.streak + 1 if differs else known.streak if not mark else 0
    verdict = Verdict.MOVED if to else Verdict.NEW if mark and not known.fingerprint else Verdict.FINE
    return Checked(
        verdict,
        today,
        _moved(page.url, to) if to else "" if mark else SCRIPTED,
        to,
        mark or known.fingerprint,
        today if differs else known.changed,
        streak,
    )


def moved_to(page: Page) -> str:
    """Where a page says it is for good: the end of its unbroken row of permanent redirects; empty where it has none."""
    to = ""
    for hop in page.hops:
        if not hop.is_permanent:
            break
        to = hop.to
    return to


def _moved(url: str, to: str) -> str:
    if urlsplit(to).path in {"", "/"} and urlsplit(url).path not in {"", "/"}:
        return f"it leads to the front page {to} now, so it is probably gone"
    return f"it has moved to {to}"


def settle(pages: Mapping[str, Checked]) -> dict[str, Checked]:
    """The results of one check. Where several hosts were asked, not one of them was reached and names are gone, it is
    this machine that finds none, and no page is called dead for it.
    """
    lost = {url for url, one in pages.items() if one.why == _FAULTS[Fault.NO_NAME][1]}
    reached = any(one.verdict is not Verdict.UNREACHABLE for url, one in pages.items() if url not in lost)
    if reached or len({host_of(url) for url in pages}) == 1:
        return dict(pages)
    return dict(pages) | {url: replace(pages[url], verdict=Verdict.UNREACHABLE, why=OFFLINE) for url in lost}


def finding_of(link: Link, kept: Checked) -> Finding:
    """How a link stands, as of its last check. A change is over once everything that names the page was reviewed on
    that day or later.
    """
    if kept.verdict not in {Verdict.FINE, Verdict.MOVED} or kept.changed is None:
        return Finding(link, kept.verdict, kept.at, kept.why)
    behind = [place for place in link.places if place.looked is None or place.looked < kept.changed]
    if kept.verdict is Verdict.MOVED or not behind:
        return Finding(link, kept.verdict, kept.at, kept.why)
    if kept.streak >= RESTLESS:
        why = "it says something else at every check, so it is no longer compared"
        return Finding(link, Verdict.RESTLESS, kept.at, why)
    why = f"it says something else since the check of {short_date(kept.changed)}"
    return Finding(replace(link, places=tuple(behind)), Verdict.CHANGED, kept.at, why)


def findings(links: Sequence[Link], state: LinkState) -> list[Finding]:
    """How every link stands that was checked before: the gone first, then the moved, the changed, and the rest."""
    found = [finding_of(link, state.pages[link.url]) for link in links if link.url in state.pages]
    return sorted(found, key=lambda one: (_ORDER.index(one.verdict), one.link.url))


_ORDER: Final = (
    *TO_LOOK_AT,
    Verdict.RESTLESS,
    Verdict.UNREACHABLE,
    Verdict.REFUSED,
    Verdict.NEW,
    Verdict.FINE,
)


async def check_links(
    links: Sequence[Link],
    reader: Reader,
    earlier: LinkState,
    today: Callable[[], date],
    told: Callable[[Link, Checked], None] = lambda _link, _checked: None,
) -> LinkState:
    """Read the page of every link, several hosts at a time, and give what is to be kept. Pages that were not asked for
    keep what was known of them. `told` hears of each link once it was read, so that who ends a check early has what was
    found until then.
    """
    by_host: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        by_host[host_of(link.url)].append(link)
    free, found = asyncio.Semaphore(AT_ONCE), dict[str, Checked]()

    async def ask(group: Sequence[Link]) -> None:
        async with free:
            for link in group:
                page = await reader.read(link.url)
                # A large page takes long to read, and others must not wait for that.
                found[link.url] = await asyncio.to_thread(judged, page, earlier.pages.get(link.url), today())
                told(link, found[link.url])

    async with asyncio.TaskGroup() as tasks:
        for group in sorted(by_host.values(), key=len, reverse=True):  # the longest row of requests begins first
            tasks.create_task(ask(group))
    return LinkState(dict(earlier.pages) | settle(found))


def known_only(state: LinkState, links: Sequence[Link]) -> LinkState:
    """What was kept of pages that are still named somewhere."""
    named = {link.url for link in links}
    return LinkState({url: one for url, one in state.pages.items() if url in named})


_TITLES: Final = {
    Verdict.DEAD: "Gone",
    Verdict.MOVED: "Moved",
    Verdict.CHANGED: "Changed; read the page, then set the review date",
    Verdict.RESTLESS: "Never twice the same",
    Verdict.UNREACHABLE: "Not reached this time",
    Verdict.REFUSED: "Programs are not let in; look by hand",
}


def link_lines(found: Sequence[Finding]) -> list[str]:
    """The report for people; what is fine or new is only counted."""
    lines: list[str] = []
    for verdict, title in _TITLES.items():
        group = [one for one in found if one.verdict is verdict]
        lines += [f"{title} ({len(group)}):", *(f"  {one.line()}" for one in group)] if group else []
    fine = sum(one.verdict is Verdict.FINE for one in found)
    new = sum(one.verdict is Verdict.NEW for one in found)
    return [*lines, f"{fine} as before, {new} read for the first time."]
