"""Puts an answer together from an entry. Pure: figures were fetched before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.answering.answers import Answer, Choice, Outcome, RankedEntry, ShownFigure
from bot.answering.deciding import SAFETY, Reason
from bot.answering.frozen import NOTHING, Frozen
from bot.answering.live import figures_of
from bot.answering.pictures import shown_picture
from bot.answering.prices import PriceView
from bot.answering.slots import fill, live_slots
from bot.knowledge.entries import Entry, Status
from bot.knowledge.library import Library

LEAKED_SECRET = "leaked-secret"  # noqa: S105 - an id
"""Id of the safety entry that is shown when a message holds a recovery phrase or a key."""

_FIRST_STEPS_TITLE = "Delete that message now"
_FIRST_STEPS = (
    "Your message looks like it holds a recovery phrase, a private key or a transaction hash. It was not kept. "
    "If it was a phrase or a key, delete the message, treat that wallet as lost and move what is in it to a wallet "
    "with a new phrase, made on a device you trust. Nobody who wants to help you ever needs the phrase or the key."
)


def choices_for(library: Library, ids: Iterable[str]) -> tuple[Choice, ...]:
    """Buttons for the published entries among `ids`, each once."""
    entries = (library.entries.get(entry) for entry in dict.fromkeys(ids))
    return tuple(Choice(e.id, e.title) for e in entries if e is not None and e.status is Status.PUBLISHED)


def banners_for(entry: Entry, library: Library) -> tuple[str, ...]:
    """The banners of open incidents at any protocol that the entry is about, directly, through a token or by a live
    figure in its text.
    """
    shown = [slot.partition(":")[2] for slot in live_slots(f"{entry.answer}\n{entry.more}")]
    tokens = [library.facts.tokens[name] for name in (*entry.tokens, *shown) if name in library.facts.tokens]
    touched = tuple(dict.fromkeys([*entry.protocols, *shown, *(token.protocol for token in tokens if token.protocol)]))
    return tuple(incident.banner for incident in library.facts.open_incidents(touched))


def entry_answer(entry: Entry, library: Library, live: Mapping[str, ShownFigure]) -> Answer:
    """The answer that an entry gives, slots filled."""
    body, figures = fill(entry.answer, library.facts, live)
    more, more_figures = fill(entry.more, library.facts, live)
    known = library.facts.caveats
    return Answer(
        outcome=Outcome.SAFETY if entry.topic == SAFETY else Outcome.ANSWER,
        title=entry.title,
        body=body or "The figures this answer rests on are not known at the moment.",
        entry=entry.id,
        topic=entry.topic,
        more=more,
        reviewed=entry.reviewed,
        sources=entry.sources,
        caveats=tuple(known[caveat] for caveat in entry.caveats if caveat in known),
        banners=banners_for(entry, library),
        figures=tuple(dict.fromkeys([*figures, *more_figures])),
        related=choices_for(library, entry.related),
        picture=shown_picture(entry, library),
    )


def priced_answer(page: Answer, view: PriceView) -> Answer:
    """An entry that is about the price of now: the live prices, and what the entry says of them under More. Without a
    single price the entry stands alone, with a word about why.
    """
    banners = tuple(dict.fromkeys([*view.banners, *page.banners]))
    if all(quote.spot is None and not quote.others for quote in view.quotes):
        lacking = f"No live price of {_listed(view.symbols)} can be had at the moment."
        missing = f"{lacking} What follows is older, each figure with its date."
        return replace(page, outcome=Outcome.LIVE, banners=banners, notes=(missing, *page.notes))
    lines = [line for text in view.sections for line in (*text.lines, *text.warnings, *text.beside)]
    return replace(
        page,
        outcome=Outcome.LIVE,
        title=view.title,
        body="\n".join(lines),
        more="\n\n".join(filter(None, (page.body, page.more))),
        banners=banners,
        figures=_each_once((*figures_of(view), *page.figures)),
        caveats=tuple(dict.fromkeys([*view.notes, *page.caveats])),
        symbols=view.symbols,
    )


def _each_once(figures: Iterable[ShownFigure]) -> tuple[ShownFigure, ...]:
    """The first of all figures that fill the same slot with the same words."""
    return tuple({(figure.slot, figure.text): figure for figure in figures}.values())


def _listed(symbols: Sequence[str]) -> str:
    return symbols[0] if len(symbols) == 1 else f"{', '.join(symbols[:-1])} and {symbols[-1]}"


def secret_answer(library: Library, frozen: Frozen = NOTHING) -> Answer:
    """First steps for somebody who typed what opens a wallet. Nothing of the question is in it. They stand in the code
    as well, so that nothing that happens to an entry can take them away.
    """
    entry = library.entries.get(LEAKED_SECRET)
    if entry is None or entry.status is not Status.PUBLISHED or frozen.holds(LEAKED_SECRET):
        return Answer(Outcome.SAFETY, _FIRST_STEPS_TITLE, _FIRST_STEPS, private=True)
    return replace(entry_answer(entry, library, {}), outcome=Outcome.SAFETY, private=True)


def also_asked(answer: Answer, offered: tuple[Choice, ...]) -> Answer:
    """The answer to the first of several questions, with the others to be opened."""
    notes = tuple(f"You also asked: {choice.title}" for choice in offered)
    return replace(answer, choices=offered, notes=(*answer.notes, *notes))


def understood_as(answer: Answer, question: str) -> Answer:
    """An answer to a question that leaned on the one before, with what it was taken for."""
    return replace(answer, notes=(f"Understood as: {question}", *answer.notes), understood=question)


def choices_answer(choices: tuple[Choice, ...], candidates: tuple[RankedEntry, ...]) -> Answer:
    """Asks back when two or three entries fit about equally well."""
    return Answer(
        Outcome.CHOICES,
        "Did you mean one of these?",
        "I am not sure which of these you are asking about. Pick one, or ask again with a few more words.",
        choices=choices,
        candidates=candidates,
    )


def no_answer(candidates: tuple[RankedEntry, ...] = ()) -> Answer:
    """Says honestly that nobody has written and reviewed an answer to this."""
    return Answer(
        Outcome.NO_ANSWER,
        "I have no reviewed answer to that",
        "I only answer from entries that people wrote and reviewed, and none of them fits your question. "
        "Try other words, or browse the topics.",
        candidates=candidates,
    )


def on_hold(candidates: tuple[RankedEntry, ...] = ()) -> Answer:
    """For what moderators have frozen: there is an answer, and it must not be given now."""
    return Answer(
        Outcome.NO_ANSWER,
        "This answer is on hold",
        "Moderators have stopped it while they check what it says. Please ask again later, and until then trust nobody "
        "who offers you an answer in a private message.",
        candidates=candidates,
    )


def other_language(candidates: tuple[RankedEntry, ...] = ()) -> Answer:
    """Says that answers exist in English only."""
    return Answer(
        Outcome.NO_ANSWER,
        "I answer in English",
        "My reviewed entries are in English, and I do not translate or guess. Please ask again in English.",
        candidates=candidates,
    )


def small_talk() -> Answer:
    """For a greeting, thanks or a remark: what the bot is for."""
    return Answer(
        Outcome.NO_ANSWER,
        "Ask me a question",
        "I answer questions from entries that people wrote and reviewed. Ask in your own words whenever you have one, "
        "or browse the topics.",
    )


def nothing_asked() -> Answer:
    """For an empty question."""
    return Answer(
        Outcome.NO_ANSWER,
        "What would you like to know?",
        "Type your question in your own words, for example as you would ask it in chat, or browse the topics.",
    )


def declined(reason: Reason, candidates: tuple[RankedEntry, ...]) -> Answer:
    """The answer to what gets none, for each reason."""
    if reason is Reason.EMPTY:
        return nothing_asked()
    if reason is Reason.CHATTER:
        return small_talk()
    return (other_language if reason is Reason.LANGUAGE else no_answer)(candidates)
