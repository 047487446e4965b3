import pytest

from bot.matching.matcher import Matcher
from bot.matching.routes import Routes
from bot.matching.text import sentences_of
from tests.folders import entry_text, library_of
from tests.matching.conftest import FACTS


@pytest.fixture
def route(tmp_path):
    """Gives a function: rules of entries (`topic/id` to rules) and a question in, the entry that a rule names out."""
    made = []

    def find(rules, question, first=()):
        folder = tmp_path / str(len(made))
        made.append(folder)
        files = {
            f"{place}.md": entry_text(place, [f"what about {place.replace('/', ' ')}"], always=always)
            for place, always in rules.items()
        }
        library = library_of(folder, FACTS | files)
        matcher = Matcher(library)
        sentences = [matcher.read(part) for part in sentences_of(question)]
        return Routes(library, matcher.lexicon, first).find(sentences)

    return find


@pytest.mark.parametrize(
    "question",
    [
        "they want me to validate my wallet",
        "VALIDATING wallets?",
        "is verifying the account needed",
        "my account, does it need to be verified",
        "vаlidate wallet",
    ],
)
def test_all_terms_of_a_rule_must_occur_each_by_any_of_its_alternatives_in_any_form(route, question):
    assert route({"a/one": ["validate / verify + wallet / account"]}, question) == "one"


@pytest.mark.parametrize("question", ["validate the block", "my wallet is full", "", "invalid wallet", "walls"])
def test_a_rule_with_a_term_missing_does_not_hold(route, question):
    assert route({"a/one": ["validate / verify + wallet / account"]}, question) is None


def test_any_of_several_rules_is_enough(route):
    rules = {"a/one": ["red + apple", "green + pear"]}
    assert route(rules, "a green pear") == "one"
    assert route(rules, "a green apple") is None


def test_words_of_an_alternative_stand_next_to_each_other_in_their_order(route):
    rules = {"a/one": ["get back + funds"]}
    assert route(rules, "can i get back my funds") == "one"
    assert route(rules, "back then i had to get funds") is None
    assert route(rules, "can i get the funds back") is None


def test_a_negated_term_must_not_occur(route):
    rules = {"a/one": ["airdrop + not: tax / yield"]}
    assert route(rules, "where is the airdrop") == "one"
    assert route(rules, "is an airdrop taxed, and is there tax on it") is None
    assert route(rules, "airdrop yields") is None


@pytest.mark.parametrize("name", ["eth", "EZETH", "ez eth", "ether fi", "kelp", "renzo"])
def test_token_stands_for_every_token_and_protocol_under_every_name(route, name):
    assert route({"a/one": ["moon + {token}"]}, f"will {name} moon") == "one"


def test_token_stands_for_nothing_else(route):
    assert route({"a/one": ["moon + {token}"]}, "will doge moon") is None


@pytest.mark.parametrize(("typed", "holds"), [("4000", True), ("10k", True), ("5,000", True), ("four", False)])
def test_number_stands_for_every_word_with_a_digit(route, typed, holds):
    assert (route({"a/one": ["hit + {number}"]}, f"will it hit {typed}") == "one") == holds


def test_placeholders_stand_beside_words_and_may_be_negated(route):
    assert route({"a/one": ["buy + {token} / gold"]}, "buy gold") == "one"
    assert route({"a/one": ["buy + not: {token}"]}, "buy ezeth") is None
    assert route({"a/one": ["buy + not: {number}"]}, "buy 3 pears") is None


def test_a_rule_holds_within_one_sentence_only(route):
    rules = {"a/one": ["claim + airdrop"]}
    assert route(rules, "They claim a lot. What is an airdrop?") is None
    assert route(rules, "claim it\nan airdrop") is None
    assert route(rules, "Hello all! Where do I claim my airdrop? Thanks.") == "one"


def test_safety_goes_before_the_other_topics_and_ids_decide_within_one(route):
    rules = {"forecast/a": ["price"], "safety/z": ["price + wallet"], "safety/b": ["wallet"]}
    assert route(rules, "price of my wallet", first=("safety",)) == "b"
    assert route(rules, "price of it", first=("safety",)) == "a"
    assert route(rules, "price of my wallet") == "a"


def test_a_draft_s_rules_do_not_hold(tmp_path):
    library = library_of(tmp_path, {"a/one.md": entry_text("One", ["one two"], status="draft", always=["claim"])})
    matcher = Matcher(library)
    assert Routes(library, matcher.lexicon).find([matcher.read("claim")]) is None


def test_a_slip_in_a_rule_s_word_is_mended_first(route):
    assert route({"a/one": ["validate + wallet"]}, "pls valdiate ur walet") == "one"
