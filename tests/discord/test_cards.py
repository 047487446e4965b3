"""Cards stay within Discord's limits, whatever they are made of."""

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering import Answer, Choice, Outcome, ShownFigure, ShownPicture
from bot.answering.edition import Topic
from bot.answering.numerals import short_date
from bot.knowledge.entries import Source
from bot.ui.cards import answer_card, more_card, related_card, sources_card
from bot.ui.layout import ALONE, PRIVATE, Card, Place
from bot.ui.pages import error_card, help_card, note_card, privacy_card, topic_card, topics_card
from tests.standin.schema import problems

CALLBACK = "/interactions/1/token/callback"
COMPONENTS_V2 = 1 << 15

odd = st.text(st.characters(), max_size=60) | st.sampled_from(
    ["\ud800", "\x00", "\u200b", "@everyone", "[a](b)", " ", "\u202e"]
)
long = st.builds(
    lambda text, times: text * times, st.text(st.characters(), min_size=1, max_size=12), st.integers(1, 900)
)
prose = odd | long | st.sampled_from(["A sentence ends here. " * 400, "word " * 2000, "x" * 9000, "😀" * 5000])
ids = st.from_regex(r"[a-z0-9]{1,10}(-[a-z0-9]{1,40}){0,4}", fullmatch=True) | odd
days = st.dates()
choices = st.lists(st.builds(Choice, ids, prose), max_size=4) | st.integers(0, 200).map(
    lambda count: [Choice(f"entry-{number}", f"Title {number}") for number in range(count)]
)
urls = (
    st.sampled_from([None, "https://example.org/a?b=c", "http://example.org", "javascript:alert(1)", "https://a.b/)"])
    | odd
)
sources = st.lists(st.builds(Source, days, prose, urls, prose), max_size=60)
figures = st.lists(st.builds(ShownFigure, odd, prose, days, prose), max_size=20)
answers = st.builds(
    Answer,
    outcome=st.sampled_from(Outcome),
    title=prose,
    body=prose,
    entry=st.none() | ids,
    more=prose,
    reviewed=st.none() | days,
    sources=sources.map(tuple),
    caveats=st.lists(prose, max_size=30).map(tuple),
    banners=st.lists(prose, max_size=10).map(tuple),
    figures=figures.map(tuple),
    choices=choices.map(tuple),
    related=choices.map(tuple),
    private=st.booleans(),
    picture=st.none() | st.builds(ShownPicture, st.just("layers"), prose, prose),
    symbols=st.lists(st.sampled_from(["ETH", "weETH", "sw.ETH", "x" * 13]) | odd, max_size=12).map(tuple),
)
places = st.builds(Place, st.booleans(), st.booleans(), st.booleans(), st.none() | prose)


def judge(card: Card) -> None:
    """Discord would take the card, also with the line of a try-out above it, and it says something."""
    components = card.headed("x" * 110).to_components()
    payload = {"type": 4, "data": {"flags": COMPONENTS_V2, "components": components}}
    assert problems("POST", CALLBACK, payload) == []
    texts = [part["content"] for part in walk(components) if part["type"] == 10]
    assert sum(len(text.encode("utf-16-le")) // 2 for text in texts) <= 4000
    assert all(text.strip() for text in texts)


def walk(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [part for top in components for part in (top, *walk(top.get("components", [])))]


def words(card: Card) -> str:
    return "\n".join(part["content"] for part in walk(card.to_components()) if part["type"] == 10)


def labels(card: Card) -> list[str]:
    return [part["label"] for part in walk(card.to_components()) if part["type"] == 2]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(answers, places, st.integers(0, 5))
def test_any_answer_fits(answer, place, page):
    judge(answer_card(answer, place))
    judge(answer_card(answer, place, b"PNG"))
    judge(more_card(answer, page))
    judge(sources_card(answer))
    judge(related_card(answer))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(st.builds(Topic, ids, prose, choices.map(tuple)), max_size=200), prose, st.integers(1, 4000))
def test_any_other_card_fits(topics, text, retention):
    judge(topics_card(topics))
    for topic in topics[:3]:
        judge(topic_card(topic))
    judge(help_card([text] * 5, mentions=True, prices=True))
    judge(privacy_card(text, retention))
    judge(note_card(text))
    judge(error_card(text, "0123abcd"))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=30),
    st.integers(1, 400),
    st.sampled_from(["", "More. " * 900]),
)
def test_what_does_not_fit_into_an_answer_is_read_under_more(text, times, more):
    answer = Answer(Outcome.ANSWER, "Title", f"Begin. {text * times} End", entry="entry", more=more)
    card = answer_card(answer, PRIVATE)
    pages, page = [words(card).split("\n", 1)[1].rsplit("\n", 1)[0]], 0
    following = "More" in labels(card)
    while following:
        card = more_card(answer, page)
        pages.append(words(card).split("\n", 1)[1])
        following, page = "Continue" in labels(card), page + 1
    read = "".join("".join(pages).split()).replace("…", "")
    assert read == "".join((answer.body + answer.more).split()).replace("…", "")


def test_a_long_answer_is_cut_where_a_sentence_ends():
    answer = Answer(Outcome.ANSWER, "Title", "This is a sentence of some length. " * 200, entry="entry")
    shown = words(answer_card(answer, ALONE))
    assert "some length.…" in shown
    assert "More" in labels(answer_card(answer, ALONE))


def test_an_entry_whose_id_is_too_long_for_a_button_is_shown_without_buttons():
    answer = Answer(Outcome.ANSWER, "Title", "Body", entry="long-" * 19 + "id", more="More")
    assert labels(answer_card(answer, PRIVATE)) == []
    assert "Body" in words(answer_card(answer, PRIVATE))


def test_a_private_answer_cannot_be_shared():
    answer = Answer(Outcome.SAFETY, "Title", "Body", entry="leaked-secret", private=True)
    assert "Share" not in labels(answer_card(answer, PRIVATE))


def test_many_choices_become_a_menu_of_25():
    answer = Answer(Outcome.CHOICES, "Which?", "Pick.", choices=tuple(Choice(f"e-{n}", f"T {n}") for n in range(200)))
    (menu,) = [part for part in walk(answer_card(answer, ALONE).to_components()) if part["type"] == 3]
    assert len(menu["options"]) == 25


def test_more_than_25_entries_of_a_topic_are_spread_over_several_menus():
    topic = Topic("big", "Big", tuple(Choice(f"e-{n}", f"T {n}") for n in range(60)))
    found = [part for part in walk(topic_card(topic).to_components()) if part["type"] == 3]
    assert [len(menu["options"]) for menu in found] == [25, 25, 10]


def test_caveats_and_the_review_stand_in_small_print():
    answer = Answer(
        Outcome.ANSWER, "T", "B", entry="e", caveats=("Past yield.", "Two\nlines."), reviewed=date(2026, 1, 5)
    )
    assert words(answer_card(answer, ALONE)).endswith("-# Past yield.\n-# Two lines.\n-# Reviewed 5 Jan 2026 · e")


def test_figures_are_listed_with_their_day_and_source():
    figure = ShownFigure("rate:rsETH", "1 rsETH = 1.07 ETH", date(2026, 6, 29), "Kelp's contract")
    answer = Answer(Outcome.ANSWER, "T", "B", entry="e", figures=(figure,))
    assert "Sources" in labels(answer_card(answer, ALONE))
    assert "- **29 Jun 2026** 1 rsETH = 1.07 ETH (Kelp's contract)" in words(sources_card(answer))


def test_an_address_that_may_not_be_shown_is_left_out():
    source = Source(date(2026, 1, 1), "Name", "https://user@evil.example/", "something")
    assert "evil" not in words(sources_card(Answer(Outcome.ANSWER, "T", "B", entry="e", sources=(source,))))


def test_days_read_the_same_whatever_the_locale():
    assert short_date(date(2026, 5, 1)) == "1 May 2026"
