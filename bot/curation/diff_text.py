"""A knowledge diff in words: for a terminal, and as Markdown for a comment on a pull request. Pure."""

import re
from collections.abc import Iterable, Sequence

from bot.answering.numerals import counted
from bot.curation.diff import KnowledgeDiff, Loss, Side
from bot.curation.intended import FILE
from bot.curation.moves import Change, Move
from bot.knowledge.plain import short

SHOWN = 20
"""Rows of a list for people; programs get all."""
QUOTED = 120
"""Longest question that is quoted, in characters."""
COMMENT = 60_000
"""Longest comment that is written, in characters; GitHub takes 65,536."""
MARK = "<!-- knowledge-diff -->"
"""Stands in the comment, so that the next run finds it and writes over it."""
NO_QUESTIONS = (
    "These files have no recorded questions, so only their own phrasings were asked, which nearly always find their"
    " entry. Record what members ask in questions/dev.md to see what a change takes away."
)


def text_lines(diff: KnowledgeDiff) -> list[str]:
    """The comparison for a terminal, what counts first."""
    return [
        *_heading(diff),
        *_counts(diff),
        *_notes(diff),
        *_losses("Lost, and not listed as intended", diff.losses, intended=False),
        *_losses("Lost as intended", diff.losses, intended=True),
        *(line for title, moves in _sections(diff) for line in _listed(title, [_row(move) for move in moves])),
        *_listed(f"In {FILE}", diff.stale),
        verdict(diff),
    ]


def verdict(diff: KnowledgeDiff) -> str:
    """Whether the change passes, and what to do where it does not."""
    lost = len(diff.unlisted)
    if not lost:
        return f"Nothing is lost{' that is not listed as intended' if diff.losses else ''}."
    pairs = [f"'- {loss.entry} -> {loss.taker}'" for loss in diff.losses if not loss.intended]
    those = " and ".join(pairs[:3]) + (" …" if pairs[3:] else "")
    are, them = ("is", "it") if lost == 1 else ("are", "them")
    return f"{counted(lost, 'question')} {are} lost. Reword what took {them}, or list it as intended in {FILE}: {those}"


def _heading(diff: KnowledgeDiff) -> list[str]:
    asked = f"{diff.before.asked} questions with a known answer"
    also = f", and {diff.recent} recent ones" if diff.recent else ""
    return [f"Knowledge {diff.base.version} -> {diff.new.version}, asked {asked}{also}."]


def _rows_of_counts(diff: KnowledgeDiff) -> list[tuple[str, int, int]]:
    names = (("answered rightly", "right"), ("answered wrongly", "wrong"), ("asked back", "choices"))
    rows = [(title, getattr(diff.before, name), getattr(diff.after, name)) for title, name in names]
    return [
        ("entries", diff.base.entries, diff.new.entries),
        *rows,
        ("not answered", diff.before.declined, diff.after.declined),
    ]


def _counts(diff: KnowledgeDiff) -> list[str]:
    return [f"  {title:<18}{before:>6} -> {after:<6}".rstrip() for title, before, after in _rows_of_counts(diff)]


def _notes(diff: KnowledgeDiff) -> list[str]:
    own = [] if diff.recorded else [NO_QUESTIONS]
    return [*own, *diff.notes, *_left_out("base", diff.base), *_left_out("new files", diff.new)]


def _left_out(name: str, side: Side) -> list[str]:
    return _listed(f"Left out of the {name}, as the bot would", side.left_out)


def _losses(title: str, losses: Iterable[Loss], *, intended: bool) -> list[str]:
    rows = [line for loss in losses for line in _loss(loss, intended=intended)]
    return [f"{title}:", *rows] if rows else []


def _loss(loss: Loss, *, intended: bool) -> list[str]:
    moves = tuple(move for move in loss.moves if move.intended is intended)
    if not moves:
        return []
    shown = Loss(loss.entry, loss.taker, moves)
    by = [f"    by {phrasing}" for phrasing in shown.by[:SHOWN]]
    return [f"  {shown.sentence}", *by, *_cut([f"    {_row(move)}" for move in moves])]


def _sections(diff: KnowledgeDiff) -> list[tuple[str, Sequence[Move]]]:
    """What is no loss, by title."""
    return [
        ("Less sure", diff.of(Change.LESS_SURE)),
        ("Newly right", diff.of(Change.NEWLY_RIGHT)),
        ("Newly asked back with the right entry first", diff.of(Change.NEWLY_FIRST)),
        ("No longer wrong", diff.of(Change.NO_LONGER_WRONG)),
        ("Moved, no better or worse", diff.of(Change.MOVED)),
        ("Phrasings that were removed and no longer reach their entry", diff.of_removed),
        ("Recent questions", diff.of_recent),
    ]


def _row(move: Move) -> str:
    place = [move.place] if move.place else []
    words = [f'"{short(move.question, QUOTED)}"'] if move.question is not None else []
    return f"{' '.join([*place, *words])}: {move.before.words} -> {move.after.words}"


def _listed(title: str, rows: Sequence[str]) -> list[str]:
    if not rows:
        return []
    return [f"{title} ({len(rows)}):", *_cut([f"  {row}" for row in rows])]


def _cut(rows: Sequence[str]) -> list[str]:
    if len(rows) <= SHOWN:
        return list(rows)
    indent = rows[0][: len(rows[0]) - len(rows[0].lstrip())]
    return [*rows[:SHOWN], f"{indent}… and {len(rows) - SHOWN} more, in --json"]


def markdown(diff: KnowledgeDiff) -> str:
    """The comparison as a comment. Everything from the files stands in code, so that nothing in it can be a mark, a
    link or a mention.
    """
    lost = bool(diff.unlisted)
    parts = [
        MARK,
        f"### Knowledge diff: {'questions are lost' if lost else 'no question is lost'}",
        _code_marked(verdict(diff)),
        *_table(diff),
        *(f"- {_in_code(note)}" for note in (*([] if diff.recorded else [NO_QUESTIONS]), *diff.notes)),
        *(line for loss in diff.losses for line in _loss_marked(loss)),
        *_folded("Left out of the new files", [_in_code(one) for one in diff.new.left_out]),
        *_folded("Left out of the base", [_in_code(one) for one in diff.base.left_out]),
        *(line for title, moves in _sections(diff) for line in _folded(title, [_in_code(_row(one)) for one in moves])),
        *_folded(f"Lines of {FILE}", [_in_code(one) for one in diff.stale]),
    ]
    return _within("\n".join(parts), COMMENT) + "\n"


def _table(diff: KnowledgeDiff) -> list[str]:
    head = ["", f"| | `{diff.base.version}` | `{diff.new.version}` |", "|---|---:|---:|"]
    return [*head, *(f"| {title} | {before} | {after} |" for title, before, after in _rows_of_counts(diff)), ""]


def _loss_marked(loss: Loss) -> list[str]:
    mark = " (listed as intended)" if loss.intended else ""
    rows = [f"  - {_in_code(_row(move))}{' (listed)' if move.intended else ''}" for move in loss.moves]
    by = [f"  - by {_in_code(str(phrasing))}" for phrasing in loss.by[:SHOWN]]
    return [f"- **{_escaped(loss.sentence)}**{mark}", *by, *_cut(rows)]


def _folded(title: str, rows: Sequence[str]) -> list[str]:
    if not rows:
        return []
    shown = _cut([f"- {row}" for row in rows])
    return ["", f"<details><summary>{title} ({len(rows)})</summary>", "", *shown, "", "</details>"]


def _in_code(text: str) -> str:
    """A text as inline code, whatever marks it holds."""
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    blank = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{blank}{text}{blank}{fence}"


def _code_marked(sentence: str) -> str:
    """A sentence of ours whose quoted parts become code."""
    return re.sub(r"'([^']*)'", r"`\1`", sentence)


def _escaped(text: str) -> str:
    """Ids in a sentence are letters, digits and hyphens, but those of a damaged line may be anything."""
    return re.sub(r"([\\`*_\[\]<>@#|])", r"\\\1", text) if re.search(r"[^\w\s;-]", text) else text


def _within(text: str, limit: int) -> str:
    """The text, cut between two lines where it is too long, with every fold closed."""
    if len(text) <= limit:
        return text
    cut = text[:limit].rsplit("\n", 1)[0]
    closing = "\n\n</details>" if cut.count("<details>") > cut.count("</details>") else ""
    return f"{cut}{closing}\n\nThe rest is left out here; `knowledge diff --json` has all of it."
