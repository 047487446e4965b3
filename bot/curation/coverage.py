"""What the knowledge covers, as a page that is made from the files: topics, entries, phrasings, reviews, sources."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from bot.knowledge import Entry, Library, RecordedQuestion

PAGE = "COVERAGE.md"
"""The page lies in the knowledge folder under this name."""
COMMAND = "python -m bot knowledge coverage --write"
_GRADES = {"P": "primary", "I": "independent", "N": "news", "U": "one weak source", "": "no grade"}


def coverage_page(library: Library, recorded: Mapping[str, Sequence[RecordedQuestion]]) -> str:
    """The page as Markdown. It holds no day of today, so it changes with the files only."""
    published = library.published
    parts = [
        "# What the knowledge covers",
        f"Made from the files by `{COMMAND}`; a test holds the two together.",
        _totals(library),
        _table(["topic", "entries", "phrasings", "fewest", "oldest review"], list(_topics(library))),
        "## Sources by grade",
        _table(["grade", "sources", "entries whose best it is"], list(_grades(published))),
        "## Recorded questions",
        _table(["part", "to be answered", "entries they name", "not to be answered"], list(_recorded(recorded))),
        "## Every entry",
        *(_topic_list(topic, library.in_topic(topic)) for topic in library.topics),
    ]
    return "\n\n".join(parts) + "\n"


def _totals(library: Library) -> str:
    phrasings = sum(len(entry.questions) for entry in library.published)
    facts, entries = library.facts, len(library.published)
    return (
        f"**{entries} published entries with {phrasings} phrasings**, {len(facts.figures)} dated figures, "
        f"{len(facts.incidents)} incidents, {len(facts.tokens)} tokens, {len(facts.protocols)} protocols."
    )


def _topics(library: Library) -> Iterator[list[str]]:
    for topic in library.topics:
        entries = library.in_topic(topic)
        counts = [len(entry.questions) for entry in entries]
        reviews = sorted(entry.reviewed for entry in entries if entry.reviewed)
        oldest = reviews[0].isoformat() if reviews else "none"
        yield [topic, str(len(entries)), str(sum(counts)), str(min(counts)), oldest]


def _grades(published: Sequence[Entry]) -> Iterator[list[str]]:
    order = list(_GRADES)
    sources = Counter(source.grade for entry in published for source in entry.sources)
    best = Counter(min((s.grade for s in entry.sources), key=order.index, default="") for entry in published)
    for grade, meaning in _GRADES.items():
        if sources[grade] or best[grade]:
            yield [f"{grade} {meaning}".strip(), str(sources[grade]), str(best[grade])]


def _recorded(recorded: Mapping[str, Sequence[RecordedQuestion]]) -> Iterator[list[str]]:
    for part, questions in sorted(recorded.items()):
        covered = [question for question in questions if not question.off_topic]
        named = {question.entries[0] for question in covered}
        yield [part, str(len(covered)), str(len(named)), str(len(questions) - len(covered))]


def _topic_list(topic: str, entries: Sequence[Entry]) -> str:
    lines = [f"- [{entry.title}]({entry.file}) {len(entry.questions)} phrasings" for entry in entries]
    return "\n".join([f"### {topic}", "", *lines])


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
