"""Cards that are about the bot rather than about a question. Pure, like those for answers."""

from collections.abc import Sequence
from datetime import datetime

from bot import __version__
from bot.answering import Choice
from bot.answering.desk import Desk
from bot.answering.edition import Topic
from bot.answering.numerals import counted, short_date
from bot.storage import AUDIT_RETENTION, Holdings
from bot.ui import limits
from bot.ui.ids import Action
from bot.ui.layout import Card, Colour, divider, menus, panel, press, row, small, text, titled
from bot.ui.text import one_line, shortened

EXAMPLES = 3


def note_card(sentence: str) -> Card:
    """One sentence."""
    return Card([panel(Colour.QUIET, text(shortened(sentence, limits.PAGE)))])


def error_card(sentence: str, error_id: str | None = None) -> Card:
    """One calm sentence about what went wrong, and the code under which the log has the details."""
    code = None if error_id is None else small(f"Code `{error_id}`")
    return Card([panel(Colour.SAFETY, text(shortened(sentence, limits.PAGE)), code)])


def slow_card(until: datetime) -> Card:
    """For a member who asks faster than the bot answers; Discord counts the seconds down."""
    return note_card(f"That was quick! I can answer you again <t:{int(until.timestamp()) + 1}:R>.")


def topics_card(topics: Sequence[Topic]) -> Card:
    """All topics to pick from."""
    options = [(topic.id, f"{topic.title} ({len(topic.entries)})") for topic in topics]
    found = menus(Action.TOPIC, "Pick a topic", options)
    body = f"Pick a topic to see what I can answer.{_beyond(topics)}" if found else "There are no topics yet."
    return Card([panel(Colour.ANSWER, titled("Topics", body), *found)])


def topic_card(topic: Topic) -> Card:
    """The entries of one topic to pick from, and the way back."""
    found = menus(Action.PICK, "Pick a question", _options(topic.entries))
    invitation = f"Pick a question to read the answer.{_beyond(topic.entries)}"
    body = invitation if found else "There is nothing to read in this topic."
    return Card(
        [panel(Colour.ANSWER, titled(topic.title, body), *found, row(press(Action.BACK, "Back to all topics")))]
    )


def help_card(
    examples: Sequence[str],
    *,
    mentions: bool,
    prices: bool,
    protocols: bool = False,
    guide: bool = False,
    chosen: bool = False,
    public: bool = False,
) -> Card:
    """How to ask, with questions that have an answer; `mentions` says whether mentions are answered, `prices` whether
    there are live prices, `protocols` whether protocols can be compared and `guide` whether there is a strategy guide.
    Of the server it stands in: mentions only in `chosen` channels, answers `public`.
    """
    where = "in the channels that the moderators have chosen" if chosen else "in a channel"
    writing = "a direct message to me" + (f", or a mention of me {where}" if mentions else "")
    seen = "everybody in the channel sees the answer" if public else "only you see the answer until you press **Share**"
    lines = [
        "Ask in your own words:",
        f"- `/ask` and your question; {seen}",
        f"- {writing}",
        "- on a message: press and hold it (right-click on a computer), then Apps → **Answer this**",
    ]
    if prices:
        lines += ["Live prices: `/price` shows all tokens or one, `/compare` two to five, `/chart` how one went."]
    if protocols:
        lines += ["Protocols: `/compare` without a token shows them with their risks and ways out."]
    if guide:
        lines += ["`/strategy` asks three short questions and shows the explanation that matches; it is no advice."]
    tries = [f"- {shortened(one_line(example), limits.OPTION_LABEL)}" for example in examples[:EXAMPLES]]
    if tries:
        lines += ["Questions to begin with:", *tries]
    return _page(
        "How to ask me",
        lines,
        "`/topics` lists what I can answer, `/about` says where it comes from, `/privacy` shows what I keep.",
    )


def welcome_card(example: str, mention: str | None, *, prices: bool, guide: bool = False) -> Card:
    """The first message of a try-out; `mention` is how the bot is mentioned there, None where it ignores mentions;
    `prices` says whether there are live prices and `guide` whether there is a strategy guide.
    """
    lines = [
        f"- Type `/ask` and a question in your own words, for example: {example}",
        *(["- `/price`, `/compare` and `/chart` show live prices and need the internet."] if prices else []),
        *(["- `/strategy` asks three short questions and shows the explanation that matches."] if guide else []),
        "- `/topics`, `/help`, `/about` and `/privacy` work as on Discord, and so do all buttons and menus.",
        "- `/settings` and `/kb` are for moderators; **you** are one here, and **another member** is not.",
        "- Change a file of the knowledge and save it: its card appears here, or what is wrong with it.",
        "- Answers are private: switch **Viewing as** above the channel to see what another member sees.",
    ]
    if mention is not None:
        lines.append(f"- To mention me, {mention}, type `{mention}` and a question.")
    return _page(
        "Welcome to the try-out",
        lines,
        "This page cannot show direct messages and the menu **Answer this**; Discord can.",
    )


def about_card(desk: Desk, measured: Sequence[str] = ()) -> Card:
    """What the bot is, what it does not do, how fresh its knowledge is, and in sentences what was `measured` of it."""
    lines = [
        "- People wrote and reviewed every answer, with dated sources. Where there is none, I say so.",
        "- I make no price forecasts and give no advice to buy or sell. I belong to none of the projects I describe.",
        "- Is an answer wrong or outdated? Press **Not helpful** under it, and tell a moderator.",
        f"- I know {desk.entry_count} reviewed entries.{_reviews(desk)}",
        *([f"- {' '.join(measured)}"] if measured else []),
    ]
    return _page("About me", lines, f"Knowledge {desk.library_version} · software {__version__}")


def privacy_card(held: str, retention_days: int) -> Card:
    """What is kept and for how long; `held` says what is kept about the member who asks."""
    days = f"for at most {retention_days} days"
    failed = "also the words under a code that stands for you, to count how many people ask alike"
    lines = [
        "- **I read** only commands, direct messages, mentions of me, and messages you use **Answer this** on.",
        f"- **Questions:** I keep the words, not who asked or where, {days}.",
        f"- **Questions I failed** (no answer, one you found not helpful, or you had to ask again): {failed}, {days}.",
        "- **In memory only:** your last question stays in memory for ten minutes, for the next to lean on.",
        f"- **Votes** (Helpful, Not helpful): I keep them under another code that stands for you, {days}.",
        f"- **What moderators do:** the text before and after, under a code, for {AUDIT_RETENTION.days} days.",
        "- **Recovery phrases and private keys:** I never keep them.",
        f"- **About you, now:** {held}",
    ]
    erase = press(Action.ERASE, "Erase what is held about me")
    return Card([panel(Colour.ANSWER, titled("What I keep", "\n".join(lines)), row(erase))])


def held_note(held: Holdings) -> str:
    """What is held about a member, in a sentence or two."""
    return " ".join(filter(None, (f"{_erasable(held) or 'nothing'}.", _staying(held))))


def erased_note(erased: Holdings, *, last: bool) -> str:
    """What was erased; `last` says whether their last question was still in memory."""
    gone, stays = _erasable(erased, "your last question" if last else ""), _staying(erased)
    if gone:
        return f"Erased: {gone}. {stays or 'Nothing about you is held now.'}"
    return f"There was nothing to erase. {stays}" if stays else "Nothing about you was held."


def _erasable(held: Holdings, last: str = "") -> str:
    parts = filter(None, (_some(held.votes, "vote"), _some(held.questions, "question"), last))
    return " and ".join(parts)


def _staying(held: Holdings) -> str:
    """What erasing does not take: who changes what everybody reads must not be able to wipe that out."""
    if not held.actions:
        return ""
    stays = "stays" if held.actions == 1 else "stay"
    done = _some(held.actions, "action")
    return f"{done} of yours as a moderator {stays} in the log until {AUDIT_RETENTION.days} days are over."


def _some(count: int, thing: str) -> str:
    """A number of things in words; nothing for none."""
    return counted(count, thing) if count else ""


def _beyond(listed: Sequence[object]) -> str:
    """Says so where menus cannot hold all of `listed`."""
    room = limits.OPTIONS * limits.MENUS
    if len(listed) <= room:
        return ""
    return f" Only {room} of {len(listed)} fit here; ask for the others in your own words."


def _options(entries: Sequence[Choice]) -> list[tuple[str, str]]:
    return [(choice.entry, choice.title) for choice in entries]


def _page(title: str, lines: Sequence[str], fine_print: str) -> Card:
    return Card([panel(Colour.ANSWER, titled(title, "\n".join(lines)), divider(), small(fine_print))])


def _reviews(desk: Desk) -> str:
    if desk.reviewed_from is None or desk.reviewed_to is None:
        return ""
    if desk.reviewed_from == desk.reviewed_to:
        return f" All were last reviewed on {short_date(desk.reviewed_to)}."
    return f" The oldest review is of {short_date(desk.reviewed_from)}, the newest of {short_date(desk.reviewed_to)}."
