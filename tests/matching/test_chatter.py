import pytest

from bot.matching.chatter import is_chatter
from bot.matching.text import clean, words_of


def words(text):
    return words_of(clean(text))


@pytest.mark.parametrize(
    "text",
    ["gm", "GM!!", "thanks!", "thank you so much", "lol nice", "ok cool", "this is great", "hello everyone",
     "good morning friends", "hey how are you", "haha yes", "thanks for the help", "got it, makes sense"],
)  # fmt: skip
def test_greetings_thanks_and_interjections_ask_nothing(text):
    assert is_chatter(words(text))


@pytest.mark.parametrize(
    "text",
    ["help", "help me please", "gm what is slashing", "is it safe", "thanks, and the fees?", "why", "how long", "fees",
     "hello i lost my tokens", "problem again", ""],
)  # fmt: skip
def test_what_may_be_a_question_is_no_chatter(text):
    assert not is_chatter(words(text))
