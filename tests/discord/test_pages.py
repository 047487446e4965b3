"""What the cards about the bot say, and how a card sets small print apart."""

from datetime import date

import pytest

from bot.answering import Answer, Choice, Outcome
from bot.answering.desk import Desk
from bot.answering.edition import Topic
from bot.ui.cards import answer_card, more_card
from bot.ui.layout import ALONE, PRIVATE, Card
from bot.ui.pages import about_card, topic_card, welcome_card
from tests.discord.seen import parts
from tests.folders import entry_text, library_of
from tests.standin.schema import problems

SEPARATOR, TEXT = 14, 10


class Posted:
    """A card as a message holds it."""

    def __init__(self, card: Card) -> None:
        self.components = card.to_components()


def order(card: Card) -> list[str]:
    """Texts by their first word and lines as '---', from top to bottom."""
    shown = [part for part in parts(Posted(card)) if part["type"] in {TEXT, SEPARATOR}]
    return ["---" if part["type"] == SEPARATOR else part["content"].split()[0] for part in shown]


def text_of(card: Card) -> str:
    return "\n".join(part["content"] for part in parts(Posted(card)) if part["type"] == TEXT)


def test_a_line_stands_between_an_answer_and_its_small_print():
    answer = Answer(Outcome.ANSWER, "Slashing", "It happens.", entry="slashing", reviewed=date(2026, 11, 1))
    assert order(answer_card(answer, PRIVATE)) == ["###", "---", "-#"]


def test_there_is_no_line_where_there_is_no_small_print():
    assert order(answer_card(Answer(Outcome.NO_ANSWER, "No", "Nothing."), ALONE)) == ["###"]


def test_more_says_of_which_answer_it_is_more():
    answer = Answer(Outcome.ANSWER, "Slashing", "It happens.", entry="slashing", more="Rarely.")
    assert text_of(more_card(answer)) == "### More: Slashing\nRarely."


def test_about_names_one_day_where_everything_was_reviewed_on_it(tmp_path):
    library = library_of(tmp_path, {"basics/one.md": entry_text("One?", ["one"], reviewed="2026-11-01")})
    text = text_of(about_card(Desk(library)))
    assert "All were last reviewed on 1 Nov 2026." in text
    assert "oldest" not in text


def test_the_welcome_of_a_try_out_shows_what_to_type_and_how_to_mention_the_bot():
    card = welcome_card("is it safe?", "<@42>", prices=True)
    assert "is it safe?" in text_of(card)
    assert "`<@42>`" in text_of(card)
    payload = {"type": 4, "data": {"flags": 1 << 15, "components": card.to_components()}}
    assert problems("POST", "/interactions/1/token/callback", payload) == []


@pytest.mark.parametrize(("count", "told"), [(125, False), (126, True)])
def test_a_topic_says_when_its_menus_cannot_hold_all_of_it(count, told):
    topic = Topic("basics", "Basics", tuple(Choice(f"e-{number}", f"Entry {number}") for number in range(count)))
    assert ("Only 125 of 126 fit here" in text_of(topic_card(topic))) is told


def test_the_welcome_does_not_speak_of_mentions_that_are_not_answered():
    assert "mention" not in text_of(welcome_card("is it safe?", None, prices=True))


def test_the_welcome_names_the_strategy_guide_only_where_there_is_one():
    assert "/strategy" in text_of(welcome_card("is it safe?", None, prices=True, guide=True))
    assert "/strategy" not in text_of(welcome_card("is it safe?", None, prices=True))
