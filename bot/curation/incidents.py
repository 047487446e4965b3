"""Incidents that moderators open and close from Discord, on top of those in `facts/incidents.toml`. Pure.

It takes two of them: one proposes, another confirms. What is declared holds at once and through restarts, until the
files say the same; `as_toml` gives the lines for them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from bot.errors import BotError
from bot.knowledge.facts import Facts, Incident

VALID: Final = timedelta(hours=1)
"""How long a proposal waits for a second moderator."""
BANNER_LIMIT: Final = 600
"""Characters of a banner; it stands above answers on a phone."""


class IncidentError(BotError):
    """What a moderator wants to do to an incident cannot be done; the sentence says why."""


class Act(StrEnum):
    """What is proposed."""

    OPEN = "open"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one moderator wants, until another confirms it. `by` is the code that stands for the first, `at` in UTC."""

    id: str
    act: Act
    incident: Incident
    by: str
    at: datetime

    def is_valid(self, now: datetime) -> bool:
        """Whether it can still be confirmed."""
        return self.at <= now < self.at + VALID


@dataclass(frozen=True, slots=True)
class Declared:
    """What moderators have declared, and what waits for a second one."""

    incidents: Mapping[str, Incident] = field(default_factory=lambda: MappingProxyType({}))
    waiting: Mapping[str, Proposal] = field(default_factory=lambda: MappingProxyType({}))

    def over(self, facts: Facts) -> Facts:
        """The facts with what was declared."""
        unsaid = self._unsaid(facts)
        return replace(facts, incidents=MappingProxyType({**facts.incidents, **unsaid})) if unsaid else facts

    def carried(self, before: Facts, after: Facts) -> "Declared":
        """With what holds in the facts `before`, declared or not, and would be opened or closed by those `after`."""
        held = {
            name: case
            for name, case in before.incidents.items()
            if case.is_open or (name in after.incidents and after.incidents[name].is_open)
        }
        return replace(self, incidents=MappingProxyType({**self.incidents, **held}))

    def settled(self, facts: Facts) -> "Declared":
        """Without what the files say by now as well."""
        return replace(self, incidents=MappingProxyType(self._unsaid(facts)))

    def _unsaid(self, facts: Facts) -> dict[str, Incident]:
        """What was declared and the files do not say: a record of theirs counts once it is newer or agrees."""
        files = facts.incidents
        return {
            name: case
            for name, case in self.incidents.items()
            if name not in files or (files[name].updated <= case.updated and files[name].state != case.state)
        }

    def proposed(self, proposal: Proposal) -> "Declared":
        """With one more proposal; what has waited too long is let go of."""
        valid = {name: one for name, one in self.waiting.items() if one.is_valid(proposal.at)}
        return replace(self, waiting=MappingProxyType({**valid, proposal.id: proposal}))

    def dropped(self, proposal: str) -> "Declared":
        """Without a proposal."""
        left = {name: one for name, one in self.waiting.items() if name != proposal}
        return replace(self, waiting=MappingProxyType(left))

    def confirmed(self, proposal: str, by: str, now: datetime) -> "tuple[Declared, Incident]":
        """With a proposal carried out by a second moderator, and the incident as it is then.

        Raises:
            IncidentError: it has waited too long or was carried out before, or `by` is who proposed it.
        """
        found = self.waiting.get(proposal)
        if found is None or not found.is_valid(now):
            raise IncidentError(
                "That proposal is over: it was carried out or taken back, or it waited for more than an hour."
            )
        if found.by == by:
            raise IncidentError("You proposed this yourself. Another moderator has to confirm it.")
        others = {name: one for name, one in self.incidents.items() if name != found.incident.id}
        case = found.incident
        return replace(self.dropped(proposal), incidents=MappingProxyType({**others, case.id: case})), case


def opening(facts: Facts, protocols: Sequence[str], title: str, banner: str, today: date) -> Incident:
    """The incident that a moderator describes.

    Raises:
        IncidentError: a protocol is not known, or a text is missing or too long.
    """
    named = _known(facts, protocols)
    title, banner = _plain_text(title), _plain_text(banner)
    if not title or not banner:
        raise IncidentError("An incident has a title, and a banner: the sentence that will stand above the answers.")
    if len(banner) > BANNER_LIMIT:
        raise IncidentError(f"The banner has {len(banner)} characters; keep it to {BANNER_LIMIT}.")
    return Incident(_name(facts, named[0], today), title, named, "open", today, today, banner)


def closing(facts: Facts, name: str, today: date) -> Incident:
    """An open incident as it is once it is closed.

    Raises:
        IncidentError: no incident of that name is open.
    """
    case = facts.incidents.get(name)
    if case is None or not case.is_open:
        open_now = ", ".join(one.id for one in facts.incidents.values() if one.is_open)
        raise IncidentError(f"No incident of that name is open. Open now: {open_now or 'none'}.")
    return replace(case, state="closed", updated=max(today, case.updated), closed=max(today, case.opened), paused="")


def as_toml(case: Incident) -> str:
    """The record for `facts/incidents.toml`, so that the files come to say what was declared."""
    lines = [
        f"[{case.id}]",
        f"title = {_quoted(case.title)}",
        f"protocols = [{', '.join(map(_quoted, case.protocols))}]",
        f"state = {_quoted(case.state)}",
        f"opened = {case.opened}",
        f"updated = {case.updated}",
        *([f"closed = {case.closed}"] if case.closed else []),
        f"paused = {_quoted(case.paused)}",
        f"banner = {_quoted(case.banner)}",
        *([f"links = [{', '.join(map(_quoted, case.links))}]"] if case.links else []),
    ]
    return "\n".join(lines) + "\n"


def as_state(declared: Declared) -> dict[str, Any]:
    """What is kept between two starts, as plain data."""
    return {
        "incidents": [_plain(case) for case in declared.incidents.values()],
        "waiting": [
            {"id": one.id, "act": one.act, "incident": _plain(one.incident), "by": one.by, "at": one.at.isoformat()}
            for one in declared.waiting.values()
        ],
    }


def from_state(state: Any) -> Declared:
    """What `as_state` gave; nothing where it is damaged.

    Raises:
        ValueError: this is not what `as_state` gives.
    """
    try:
        incidents = [_incident(one) for one in state["incidents"]]
        waiting = [
            Proposal(
                str(one["id"]),
                Act(one["act"]),
                _incident(one["incident"]),
                str(one["by"]),
                datetime.fromisoformat(one["at"]),
            )
            for one in state["waiting"]
        ]
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError("these are no declared incidents") from error
    return Declared(
        MappingProxyType({case.id: case for case in incidents}), MappingProxyType({one.id: one for one in waiting})
    )


def _known(facts: Facts, protocols: Iterable[str]) -> tuple[str, ...]:
    typed = list(dict.fromkeys(one.strip() for one in protocols if one.strip()))
    by_name = {word.casefold(): one.id for one in facts.protocols.values() for word in (one.id, one.name, *one.aliases)}
    found = [by_name.get(one.casefold()) for one in typed]
    unknown = [one for one, name in zip(typed, found, strict=True) if name is None]
    if unknown or not found:
        known = ", ".join(sorted(facts.protocols)) or "none"
        what = f"'{unknown[0]}' is no protocol that I know." if unknown else "Name at least one protocol."
        raise IncidentError(f"{what} Known are: {known}.")
    return tuple(dict.fromkeys(name for name in found if name is not None))


def _name(facts: Facts, protocol: str, today: date) -> str:
    """A name that no incident has: a second one of a day must not take the place of the first."""
    name, number = f"{protocol}-{today}", 2
    while name in facts.incidents:
        name, number = f"{protocol}-{today}-{number}", number + 1
    return name


def _plain_text(typed: str) -> str:
    """One line without marks that nobody sees."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in typed).split())


def _quoted(text: str) -> str:
    """A basic string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _plain(case: Incident) -> dict[str, Any]:
    return {
        "id": case.id,
        "title": case.title,
        "protocols": list(case.protocols),
        "state": case.state,
        "opened": case.opened.isoformat(),
        "updated": case.updated.isoformat(),
        "closed": case.closed.isoformat() if case.closed else None,
        "banner": case.banner,
        "paused": case.paused,
        "links": list(case.links),
    }


def _incident(plain: Any) -> Incident:
    closed = plain["closed"]
    return Incident(
        id=str(plain["id"]),
        title=str(plain["title"]),
        protocols=tuple(map(str, plain["protocols"])),
        state=str(plain["state"]),
        opened=date.fromisoformat(plain["opened"]),
        updated=date.fromisoformat(plain["updated"]),
        banner=str(plain["banner"]),
        closed=date.fromisoformat(closed) if closed else None,
        paused=str(plain["paused"]),
        links=tuple(map(str, plain["links"])),
    )
