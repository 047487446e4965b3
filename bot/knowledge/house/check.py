"""All house rules held against all published entries."""

from collections.abc import Mapping

from bot.knowledge.entries import Entry, Status
from bot.knowledge.facts import Facts
from bot.knowledge.house.evidence import lacking_caveats, longest_interval, reviewed_in_vain, weak
from bot.knowledge.house.numbers import contradictions, disagreements, undated
from bot.knowledge.house.phrasings import near_identical
from bot.knowledge.house.shape import PHONE_SCREEN, lix, longest_sentence
from bot.knowledge.house.text import Passage, passages, shown
from bot.knowledge.house.wording import forbidden
from bot.knowledge.places import line_of
from bot.knowledge.problems import FileReport, Problems


def check_house(entries: Mapping[str, Entry], facts: Facts, problems: Problems, texts: Mapping[str, str]) -> None:
    """Report what the published entries say or lack against the house rules. `texts` holds what each file says."""
    published = [entry for entry in entries.values() if entry.status is Status.PUBLISHED]
    told = {entry.id: (entry, list(passages(texts[entry.file]))) for entry in published}
    for entry, parts in told.values():
        _Checker(entry, parts, facts, problems.in_file(entry.file), texts[entry.file]).all()
    _check_phrasings(published, facts, problems, texts)
    for one, other in disagreements(told):
        problems.add(
            one.entry.file,
            one.line,
            "entries-disagree",
            mine=one.amount.words,
            theirs=other.amount.words,
            other=other.entry.id,
            where=f"{other.entry.file}:{other.line}",
        )


def _check_phrasings(published: list[Entry], facts: Facts, problems: Problems, texts: Mapping[str, str]) -> None:
    names = {name.lower() for name in (*facts.tokens, *facts.protocols)}
    for one, other in near_identical(published, frozenset(names)):
        line = line_of(texts[one.entry.file], one.text)
        where = f"{other.entry.file}:{line_of(texts[other.entry.file], other.text)}"
        problems.add(one.entry.file, line, "near-question", text=one.text, theirs=other.text, where=where)


class _Checker:
    """One entry against the rules that need no other entry."""

    def __init__(self, entry: Entry, parts: list[Passage], facts: Facts, report: FileReport, text: str) -> None:
        self._entry, self._parts, self._facts, self._report, self._text = entry, parts, facts, report, text

    def all(self) -> None:
        """Report everything."""
        self._wording()
        self._numbers()
        self._shape()
        self._sources()
        self._review()
        for rule in lacking_caveats(self._entry, self._facts.rules):
            needs = " or ".join(rule.needs)
            self._report.add(self._line("caveats:"), "caveat-needed", why=rule.id.replace("-", " "), needs=needs)

    def _line(self, wanted: str) -> int:
        return line_of(self._text, wanted)

    def _wording(self) -> None:
        title = self._entry.title
        texts = [(part.line, part.text) for part in self._parts]
        if not title.endswith("?"):
            texts.append((self._line(f"# {title}"), title))
        for line, text in texts:
            for code, words in forbidden(text, self._facts.rules):
                self._report.add(line, code, text=words)

    def _numbers(self) -> None:
        for part in self._parts:
            for words in undated(part, self._facts.rules):
                self._report.add(part.line, "undated-figure", text=words)
            for words, figure in contradictions(part, self._facts.figures.values(), self._facts.rules):
                self._report.add(
                    part.line, "contradicts-figure", text=words, id=figure.id, say=figure.say, day=figure.as_of
                )

    def _shape(self) -> None:
        rules, answer = self._facts.rules, shown(self._entry.answer, self._facts.figures)
        line = self._line("## Answer")
        if len(answer) > PHONE_SCREEN and not self._entry.more:
            self._report.add(line, "long-answer", length=len(answer), limit=PHONE_SCREEN)
        hard = round(lix(answer))
        if rules.hardest and hard > rules.hardest:
            self._report.add(line, "hard-answer", lix=hard, limit=rules.hardest)
        words, beginning = longest_sentence(answer)
        if rules.longest and words > rules.longest:
            self._report.add(line, "long-sentence", words=words, limit=rules.longest, beginning=beginning)

    def _sources(self) -> None:
        if not self._facts.rules.graded:
            return
        for source in self._entry.sources:
            if not source.grade:
                self._report.add(self._line(f"{source.when} "), "ungraded-source", name=source.name, when=source.when)
        if weak(self._entry):
            self._report.add(self._line("## Sources"), "weak-sources")

    def _review(self) -> None:
        entry, facts = self._entry, self._facts
        limit, line = longest_interval(entry, facts), self._line("review_every:")
        if limit and (entry.review_every is None or entry.review_every > limit):
            self._report.add(line, "review-too-rare", limit=limit)
        elif reviewed_in_vain(entry, facts):
            self._report.add(line, "review-of-event", days=entry.review_every)
