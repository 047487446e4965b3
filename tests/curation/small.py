"""A small knowledge folder that tests write, change and break."""

from pathlib import Path

HEADER = "---\nstatus: published\nreviewed: 2026-11-01\nreview_every: 90 days\n{more}---\n"
TODAY_ENTRIES = {
    "yield/rewards.md": ("Where rewards come from", "where do restaking rewards come from", "From fees."),
    "risk/slashing.md": ("What can be slashed", "can my stake be slashed", "The stake that was allocated."),
    "exits/queue.md": ("How long an exit takes", "how long does it take to withdraw", "As long as the queue says."),
}
PROTOCOLS = '[alpha]\nname = "Alpha"\naliases = ["alfa"]\n\n[beta]\nname = "Beta"\n'


def entry(title: str, question: str, answer: str, *, more: str = "", source: str = "2026-10-01 P A page") -> str:
    """An entry file."""
    head = HEADER.format(more=more)
    return f"{head}# {title}\n\n## Questions\n- {question}\n\n## Answer\n{answer}\n\n## Sources\n- {source}\n"


def write_small(folder: Path) -> Path:
    """Three entries in three topics, one of them about a protocol."""
    for file, (title, question, answer) in TODAY_ENTRIES.items():
        more = "protocols: alpha\n" if file.startswith("risk") else ""
        write(folder, file, entry(title, question, answer, more=more))
    write(folder, "facts/protocols.toml", PROTOCOLS)
    return folder


def write(folder: Path, file: str, text: str) -> Path:
    """Write one file, its folder included."""
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
