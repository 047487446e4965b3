"""Rules that need more than one file: references, slots, links, questions that two entries claim."""

from collections.abc import Mapping

from bot.knowledge.entries import Entry, Status, question_key
from bot.knowledge.facts import Facts
from bot.knowledge.hints import did_you_mean
from bot.knowledge.links import allowed, domain_of
from bot.knowledge.places import line_of
from bot.knowledge.problems import Problems
from bot.knowledge.prose import SLOT_KINDS, slots_in


def check_library(
    entries: Mapping[str, Entry],
    facts: Facts,
    problems: Problems,
    texts: Mapping[str, str],
    pictures: Mapping[str, str],
) -> None:
    """Check all entries against each other, against the facts and the pictures that there are. `texts` holds what each
    file says, by its name.
    """
    owners: dict[str, Entry] = {}
    for entry in entries.values():
        checker = _EntryChecker(entry, entries, facts, problems, texts[entry.file])
        checker.references()
        checker.picture(pictures)
        checker.slots()
        checker.live()
        checker.links()
        if entry.status is Status.PUBLISHED:
            checker.shared_questions(owners)


class _EntryChecker:
    """Checks one entry; `text` is that of its file, to name the place of a slip."""

    def __init__(self, entry: Entry, entries: Mapping[str, Entry], facts: Facts, problems: Problems, text: str) -> None:
        self._entry, self._entries, self._facts = entry, entries, facts
        self._problems, self._text = problems, text

    def _add(self, wanted: str, code: str, **fields: str) -> None:
        """Report `code` at the line that is `wanted`, or else begins with it, or else holds it."""
        self._problems.add(self._entry.file, line_of(self._text, wanted), code, fatal=False, **fields)

    def references(self) -> None:
        entry = self._entry
        for other in entry.related:
            self._entry_exists(other, "related")
        for miss in entry.not_this:
            self._entry_exists(miss.entry, f"{miss.question} -> {miss.entry}")
        self._known(entry.caveats, self._facts.caveats, "unknown-caveat", "caveats")
        if self._facts.protocols:
            self._known(entry.protocols, self._facts.protocols, "unknown-protocol", "protocols")
        if self._facts.tokens:
            self._known(entry.tokens, self._facts.tokens, "unknown-token", "tokens")

    def _entry_exists(self, other: str, wanted: str) -> None:
        if other == self._entry.id:
            self._add(wanted, "self-reference")
        elif other not in self._entries and not self._problems.keeps_out(other):
            self._add(wanted, "unknown-entry", id=other, hint=did_you_mean(other, self._entries))

    def _known(self, ids: tuple[str, ...], known: Mapping[str, object], code: str, wanted: str) -> None:
        for name in ids:
            if name not in known:
                self._add(wanted, code, id=name, hint=did_you_mean(name, known))

    def picture(self, pictures: Mapping[str, str]) -> None:
        if self._entry.picture:
            self._known((self._entry.picture,), pictures, "unknown-picture", "picture")

    def slots(self) -> None:
        for slot in slots_in(f"{self._entry.answer}\n{self._entry.more}"):
            if slot.kind == "figure" and slot.key not in self._facts.figures:
                hint = did_you_mean(slot.key, self._facts.figures)
                self._add(str(slot), "unknown-figure", id=slot.key, hint=hint)
            elif slot.kind in SLOT_KINDS and slot.kind != "figure":
                self._live_slot(slot.kind, slot.key, str(slot))

    def _live_slot(self, kind: str, key: str, text: str) -> None:
        facts = self._facts
        named = facts.protocols if kind == "tvl" else facts.tokens
        if facts.figure_for(f"{kind}:{key}") is not None or facts.has_live(kind, key):
            return
        if named and key not in named:
            what = "protocol" if kind == "tvl" else "token"
            self._add(text, "unknown-slot", text=text, what=what, hint=did_you_mean(key, named))
        else:
            self._add(text, "no-dated-figure", text=text, id=f"{kind}:{key}")

    def live(self) -> None:
        tokens, entry = self._facts.tokens, self._entry
        priced = [symbol for symbol, token in tokens.items() if token.is_priced]
        if entry.live and priced and not set(entry.tokens) & set(priced):
            self._add("live:", "live-without-token", example=", ".join(priced[:2]))

    def links(self) -> None:
        for source in self._entry.sources:
            domain = domain_of(source.url) if source.url else None
            if domain and not allowed(domain, self._facts.allowed_links):
                self._add(f"({source.url})", "link-not-allowed", domain=domain)

    def shared_questions(self, owners: dict[str, Entry]) -> None:
        for question in self._entry.questions:
            first = owners.setdefault(question_key(question), self._entry)
            if first is not self._entry:
                self._add(question, "shared-question", other=first.id, where=first.file)
