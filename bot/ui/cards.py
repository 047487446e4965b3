"""Answers as cards. Pure: whatever an `Answer` holds, the card stays within Discord's limits."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from bot.answering import Answer, Choice, Outcome, ShownFigure, ShownPicture
from bot.answering.numerals import short_date
from bot.knowledge.entries import Source
from bot.knowledge.links import domain_of
from bot.ui import limits
from bot.ui.ids import Action, Shown
from bot.ui.layout import (
    ALONE,
    PRIVATE,
    PUBLIC,
    Button,
    Card,
    Colour,
    Picture,
    Place,
    Row,
    divider,
    gallery,
    incidents,
    menus,
    panel,
    posted_by,
    press,
    row,
    small,
    titled,
)
from bot.ui.quotes import price_buttons
from bot.ui.text import clean, cut, one_line, pages, shortened, units

_COLOURS = {
    Outcome.ANSWER: Colour.ANSWER,
    Outcome.LIVE: Colour.LIVE,
    Outcome.CHOICES: Colour.ASK_BACK,
    Outcome.NO_ANSWER: Colour.QUIET,
    Outcome.SAFETY: Colour.SAFETY,
}

_LIVE = {"apr": "yield", "tvl": "deposits"}
"""Kinds of live figures by a plainer name."""


def answer_card(answer: Answer, place: Place, drawn: bytes | None = None) -> Card:
    """An answer with everything that can be pressed under it. Only what is an entry's and not private can be shared.
    `drawn` is its picture as PNG.
    """
    shown = replace(answer, candidates=(), chances=None, understood="")
    if answer.picture is not None and drawn:
        return _built(shown, place, Picture(f"{answer.picture.id}.png", drawn, _alt(answer.picture)))
    # Notes hold a member's own words, which are not kept, and live figures are soon others.
    if place in {ALONE, PRIVATE, PUBLIC} and not answer.notes and answer.outcome is not Outcome.LIVE:
        return _popular(shown, place)
    return _built(shown, place)


@lru_cache(maxsize=256)  # the same entries are shown again and again
def _popular(answer: Answer, place: Place) -> Card:
    return _built(answer, place)


def _built(answer: Answer, place: Place, picture: Picture | None = None) -> Card:
    notes = [] if not answer.notes else [small(*_lines(answer.notes, limits.NOTES))]
    fine_print = [*_lines(answer.caveats, limits.CAVEATS), *_footer(answer)]
    below = [divider(), small(*fine_print)] if fine_print else []
    body = panel(
        _COLOURS[answer.outcome],
        titled(answer.title, _split(answer.body)[0], limits.BODY),
        None if picture is None else gallery(picture),
        *below,
        _choices(answer.choices),
        row(*_details(answer)),
        row(*_opinions(answer), *_sharing(answer, place)),
    )
    parts = [*posted_by(place.shared_by), *incidents(answer.banners), *notes, body]
    return Card(parts, [] if picture is None else [picture])


def _alt(picture: ShownPicture) -> str:
    return shortened(clean(picture.alt), limits.PICTURE_TEXT) or picture.id


def more_card(answer: Answer, page: int = 0) -> Card:
    """What did not fit into the answer, what the entry says beyond it, and its picture in words, page by page."""
    _, rest = _split(answer.body)
    parts = pages("\n\n".join(filter(None, (rest, clean(answer.more), _in_words(answer.picture)))), limits.PAGE)
    part = parts[page] if page < len(parts) else "There is nothing more to say here."
    following = press(Action.MORE, "Continue", answer.entry, page=page + 1) if page + 1 < len(parts) else None
    return Card([panel(_COLOURS[answer.outcome], titled(f"More: {one_line(answer.title)}", part), row(following))])


def sources_card(answer: Answer) -> Card:
    """Where an answer comes from: each source with its day and domain, and each figure with its day and source."""
    lines = [_source(source) for source in answer.sources] + [_figure(figure) for figure in answer.figures]
    shown = _as_many_as_fit(lines or ["This answer names no sources."], limits.PAGE)
    return Card([panel(Colour.QUIET, titled(f"Sources: {one_line(answer.title)}", shown))])


def related_card(answer: Answer) -> Card:
    """Entries that go with an answer, each to be opened."""
    related = _choices(answer.related)
    body = "Pick what you want to read next." if related else "There is nothing related to this answer."
    return Card([panel(Colour.QUIET, titled(f"Related: {one_line(answer.title)}", body), related)])


def _in_words(picture: ShownPicture | None) -> str:
    return "" if picture is None else f"**The picture in words**\n{clean(picture.text)}"


@lru_cache(maxsize=256)
def _split(body: str) -> tuple[str, str]:
    """The body in two: what the card shows, and what waits under More."""
    return cut(clean(body), limits.BODY)


def _lines(texts: Iterable[str], room: int) -> list[str]:
    lines = shortened("\n".join(filter(None, map(one_line, texts))), room)
    return lines.split("\n") if lines else []


def _footer(answer: Answer) -> list[str]:
    reviewed = "" if answer.reviewed is None else f"Reviewed {short_date(answer.reviewed)}"
    parts = [part for part in (reviewed, one_line(answer.entry or "")) if part]
    return [shortened(" · ".join(parts), limits.FOOTER)] if parts else []


def _choices(choices: tuple[Choice, ...]) -> Row | None:
    """Buttons, or a menu where they would not stand in one row."""
    distinct = {choice.entry: choice.title for choice in choices}
    if len(distinct) > limits.ROW:
        return next(iter(menus(Action.PICK, "Pick one", distinct.items())), None)
    return row(*(press(Action.OPEN, title, entry) for entry, title in distinct.items()))


def _details(answer: Answer) -> list[Button | None]:
    if answer.outcome is Outcome.NO_ANSWER:
        return [press(Action.TOPICS, "Browse topics")]
    if answer.entry is None:
        return []
    more = bool(clean(answer.more) or _split(answer.body)[1] or answer.picture)
    return [
        press(Action.MORE, "More", answer.entry) if more else None,
        press(Action.SOURCES, "Sources", answer.entry) if answer.sources or answer.figures else None,
        press(Action.RELATED, "Related", answer.entry) if answer.related else None,
    ]


def _opinions(answer: Answer) -> list[Button | None]:
    if answer.entry is None:
        return []
    return [
        press(Action.HELPFUL, "Helpful", answer.entry, emoji="👍"),
        press(Action.NOT_HELPFUL, "Not helpful", answer.entry, emoji="👎"),
    ]


def _sharing(answer: Answer, place: Place) -> list[Button | None]:
    """The same presses as under a card of prices where the answer shows some, and else what posts the entry."""
    if answer.symbols:
        return price_buttons(Shown.of(answer.symbols), place)
    if answer.entry is None or answer.private or not place.shareable:
        return []
    sharing = press(Action.SHARE, place.share_label, answer.entry)
    if sharing is not None:
        sharing.disabled = place.shared
    return [sharing]


def _source(source: Source) -> str:
    name, supports = shortened(one_line(source.name), 120), shortened(one_line(source.supports), 200)
    domain = domain_of(source.url) if source.url else None
    linked = f"[{name.replace('[', '(').replace(']', ')')}]({source.url}) ({domain})" if domain else name
    return f"- **{short_date(source.when)}** {linked}" + (f": {supports}" if supports else "")


def _figure(figure: ShownFigure) -> str:
    said, by = shortened(one_line(figure.text), 200), shortened(one_line(figure.source), 120)
    if figure.live:  # says its own source and moment
        kind, _, name = one_line(figure.slot).partition(":")
        return f"- **{shortened(f'{name} {_LIVE.get(kind, kind)}', 60)}** {said}"
    return f"- **{short_date(figure.as_of)}** {said} ({by})"


def _as_many_as_fit(lines: list[str], room: int) -> str:
    kept: list[str] = []
    left = room - 40
    for line in lines:
        left -= units(line) + 1
        if left < 0:
            return "\n".join([*kept, f"… and {len(lines) - len(kept)} more."])
        kept.append(line)
    return "\n".join(kept)
