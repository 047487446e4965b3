import asyncio
import dataclasses
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering import Answer, Choice, Outcome, ShownFigure
from bot.answering.desk import Desk
from tests.answering.conftest import ENTRIES, FACTS, LOST, SURE, UNSURE, Record, ask
from tests.folders import entry_text, library_of
from tests.work import calls_during


class Live:
    """A source of live values that knows one, and remembers what it was asked for."""

    def __init__(self, **known):
        self.known, self.asked = known, []

    async def figures(self, slots):
        self.asked.append(slots)
        return {
            slot: ShownFigure(slot, text, date(2026, 11, 22), "A provider", live=True)
            for slot, text in self.known.items()
            if slot in slots
        }


def test_a_question_as_it_is_listed_gets_everything_its_entry_says(make_desk, library):
    answer = ask(make_desk(LOST), "What is slashing?")
    entry = library.entries["what-is-slashing"]
    assert (answer.outcome, answer.entry, answer.topic) == (Outcome.ANSWER, entry.id, "slashing")
    assert (answer.title, answer.body, answer.more) == (entry.title, entry.answer, entry.more)
    assert (answer.sources, answer.reviewed) == (entry.sources, date(2026, 11, 1))
    assert answer.private is False
    assert answer.choices == ()


def test_caveats_are_shown_in_their_words(make_desk, library):
    assert ask(make_desk(), "what is slashing").caveats == (
        library.facts.caveats["not-advice"],
        library.facts.caveats["past-yield"],
    )


def test_related_entries_are_those_that_are_published(make_desk):
    assert ask(make_desk(), "what is slashing").related == (
        Choice("exit-queue", "How long the exit queue is"),
        Choice("rseth", "What rsETH is"),
    )


def test_a_sure_desk_answers_from_the_best_entry(make_desk):
    answer = ask(make_desk(SURE), "tell me about slashing and the stake")
    assert (answer.outcome, answer.entry) == (Outcome.ANSWER, "what-is-slashing")
    assert answer.candidates[0].entry == answer.entry


def test_an_unsure_desk_asks_back_with_the_best_two_or_three(make_desk):
    answer = ask(make_desk(UNSURE), "slashing while in the exit queue with my rseth")
    assert (answer.outcome, answer.entry, answer.topic) == (Outcome.CHOICES, None, None)
    assert 2 <= len(answer.choices) <= 3
    assert [choice.entry for choice in answer.choices] == [c.entry for c in answer.candidates[: len(answer.choices)]]
    assert answer.sources == answer.caveats == answer.figures == ()


def test_a_lost_desk_says_that_nothing_was_reviewed_and_still_names_its_candidates(make_desk):
    answer = ask(make_desk(LOST), "tell me about slashing and the stake")
    assert (answer.outcome, answer.entry) == (Outcome.NO_ANSWER, None)
    assert "reviewed" in answer.title
    assert answer.choices == ()
    assert answer.candidates[0].entry == "what-is-slashing"


@pytest.mark.parametrize("text", ["", "  \n ", "?!", "😀 🚀", "\x00", "\u200b\u202e"])
def test_an_empty_question_is_asked_for_and_not_recorded(make_desk, text):
    record = Record()
    answer = ask(make_desk(recorder=record), text)
    assert (answer.outcome, answer.candidates) == (Outcome.NO_ANSWER, ())
    assert "What would you like to know" in answer.title
    assert record.told == []


@pytest.mark.parametrize(
    "text",
    ["что такое стейкинг", "什么是再质押", "ما هو التخزين", "リステーキングとは何ですか", "почему мой вывод застрял"],
)
def test_other_scripts_are_told_that_answers_are_in_english(make_desk, text):
    answer = ask(make_desk(SURE), text)
    assert answer.outcome is Outcome.NO_ANSWER
    assert "English" in answer.title


def test_a_rule_holds_in_any_language(make_desk):
    answer = ask(make_desk(LOST), "техническая поддержка написала: support sent me a message")
    assert (answer.outcome, answer.entry) == (Outcome.SAFETY, "fake-support")


# Safety first, and forecasts


def test_the_safety_card_comes_first_and_the_ordinary_answer_is_its_button(make_desk):
    answer = ask(make_desk(SURE), "dm support, explain slashing in simple words, why would stake be slashed")
    assert (answer.outcome, answer.entry) == (Outcome.SAFETY, "fake-support")
    assert answer.choices == (Choice("what-is-slashing", "What slashing is"),)


@pytest.mark.parametrize("calibration", [UNSURE, LOST])
def test_a_safety_card_has_no_button_where_there_is_no_ordinary_answer(make_desk, calibration):
    assert ask(make_desk(calibration), "support sent me a message about my queue").choices == ()


def test_a_safety_card_has_no_button_to_itself(make_desk):
    answer = ask(make_desk(SURE), "is support sending a dm message to me")
    assert answer.entry == "fake-support"
    assert "fake-support" not in [choice.entry for choice in answer.choices]


def test_a_request_for_a_forecast_reaches_its_entry_alone(make_desk):
    answer = ask(make_desk(SURE), "what will the price of ezeth be in 2027, and what is slashing")
    assert (answer.outcome, answer.entry, answer.choices) == (Outcome.ANSWER, "price", ())


def test_an_entry_that_a_rule_names_is_the_first_candidate_once_and_certain(make_desk):
    candidates = ask(make_desk(LOST), "support wrote me a message about slashing").candidates
    assert (candidates[0].entry, candidates[0].score) == ("fake-support", 1.0)
    assert [c.entry for c in candidates].count("fake-support") == 1


# Incidents


@pytest.mark.parametrize("question", ["what is rseth", "who is behind kelp"])
def test_an_open_incident_stands_over_entries_about_its_protocol_or_a_token_of_it(make_desk, question):
    assert ask(make_desk(), question).banners == ("Transfers of rsETH are paused since 18 April 2026.",)


@pytest.mark.parametrize("question", ["what is ezeth", "what is slashing"])
def test_a_closed_incident_and_one_elsewhere_do_not(make_desk, question):
    assert ask(make_desk(), question).banners == ()


def test_an_entry_touched_twice_shows_the_banner_once(tmp_path):
    files = {"a/both.md": entry_text("Both", ["both of these"], tokens="rsETH", protocols="kelp")}
    assert len(ask(Desk(library_of(tmp_path, FACTS | files)), "both of these").banners) == 1


@pytest.mark.parametrize("slot", ["{rate:rsETH}", "{tvl:kelp}"])
def test_an_entry_that_only_shows_a_live_figure_of_the_protocol_carries_the_banner_too(tmp_path, slot):
    files = {"a/figures.md": entry_text("Figures", ["list some figures"], answer=f"A figure follows. It is {slot}.")}
    answer = ask(Desk(library_of(tmp_path, FACTS | files)), "list some figures")
    assert answer.banners == ("Transfers of rsETH are paused since 18 April 2026.",)


# Figures


def test_a_slot_shows_its_dated_figure(make_desk):
    answer = ask(make_desk(), "days to withdraw")
    assert answer.body.startswith("Leaving takes about 9 days (2 Oct 2026).")
    assert [(figure.text, figure.as_of, figure.live) for figure in answer.figures] == [
        ("about 9 days (2 Oct 2026)", date(2026, 10, 2), False)
    ]


def test_a_live_value_goes_before_the_dated_one_and_only_the_entry_s_slots_are_asked_for(make_desk):
    live = Live(**{"apr:ETH": "8 days (22 Nov 2026)", "rate:rsETH": "1.05"})
    desk = make_desk(live=live)
    assert ask(desk, "days to withdraw").body.startswith("Leaving takes 8 days (22 Nov 2026).")
    assert live.asked == [("apr:ETH",)]
    ask(desk, "what is slashing")
    assert live.asked == [("apr:ETH",)]


def test_an_answer_of_unknown_figures_alone_says_so(tmp_path):
    files = {"a/rate.md": entry_text("The rate", ["what is the rate"], "It is {rate:rsETH}.")}
    answer = ask(Desk(library_of(tmp_path, FACTS | files)), "what is the rate")
    assert "not known" in answer.body
    assert answer.figures == ()


# What is told to the recorder


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Wats  SLAHSING?!", "what is slashing"),
        ("is 0x52908400098527886E0F7030069857D2E4169EE7 slashed", "is slashed"),
        ("<@123456789012345678> what is slashing <#998877665544332211>", "what is slashing"),
        ("<@!123456789012345678> slashing", "slashing"),
        ("user 123456789012345678 slashing in 2027", "user slashing in 2027"),
        ("i am jo.doe@example.org slashing", "i am slashing"),
        ("look https://example.org/u/secretname?x=1 slashing", "look slashing"),
        ("ask t.me/secretname about slashing", "ask about slashing"),
        ("is Secretname.eth slashed", "is slashed"),
        ("call +4915112345678 slashing", "call slashing"),
        ("slashing abcdefghijklmnopqrstuvwxy abcdefghijklmnopqrstuvwx", "slashing abcdefghijklmnopqrstuvwx"),
        ("@everyone slashing", "slashing"),
    ],
)
def test_a_question_is_recorded_in_plain_words_without_what_can_name_a_person(make_desk, typed, told):
    record = Record()
    ask(make_desk(recorder=record), typed)
    assert [text for text, _, _ in record.told] == [told]


def test_the_recorder_hears_the_answer_and_the_question_once(make_desk):
    record = Record()
    answer = ask(make_desk(recorder=record), "what is slashing")
    assert [(told, question.text) for _, told, question in record.told] == [(answer, "what is slashing")]


# Any text


def fits(answer: Answer) -> bool:
    return bool(answer.title.strip() and answer.body.strip())


@pytest.mark.parametrize("calibration", [SURE, UNSURE, LOST])
@pytest.mark.parametrize(
    "text",
    [
        "slashing " * 700,
        "x" * 6000,
        "s̶̛͙l̷̨̥a̵̛̘s̸͇̆h̴̲̀i̵͔͝n̶̺̈g̷̲̀?",
        "\u202eslashing si tahw",
        "@everyone [free](https://evil.example) **what is slashing** <@&1>",
        "what is\x00 slashing",
        "\ud800 what is slashing \udfff",
        "🏴‍☠️" * 900,
        "slashing\n" * 900,
        "مرحبا slashing שלום",
    ],
)
def test_bad_input_ends_well(make_desk, calibration, text):
    assert fits(ask(make_desk(calibration), text))


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(), max_size=300))
def test_any_text_ends_well_and_the_same_way_again(make_desk, text):
    desk = make_desk(UNSURE)
    answer = ask(desk, text)
    assert fits(answer)
    assert all(0 <= candidate.score <= 1 for candidate in answer.candidates)
    assert ask(desk, text) == answer


@pytest.mark.parametrize("piece", ["what is slashing. ", "support\n", "éa ", "a. ", "zoo "])
def test_the_work_grows_no_faster_than_the_text(make_desk, piece):
    desk = make_desk()
    long, flood = (piece * (size // len(piece)) for size in (8_000, 80_000))
    ask(desk, long[1:])  # what is remembered of words must not count, nor may a decision be remembered
    once = calls_during(lambda: ask(desk, long))
    assert calls_during(lambda: ask(desk, flood)) <= 11 * once


# Opening, browsing, suggesting


def test_an_entry_is_opened_as_it_would_be_answered(make_desk):
    desk = make_desk()
    asked = ask(desk, "days to withdraw")
    opened = asyncio.run(desk.open("exit-queue"))
    assert dataclasses.replace(asked, candidates=(), chances=None) == opened
    assert asyncio.run(desk.open("fake-support")).outcome is Outcome.SAFETY


@pytest.mark.parametrize("entry", ["tulips", "no-such-entry", "", "../safety"])
def test_what_is_not_published_cannot_be_opened(make_desk, entry):
    assert asyncio.run(make_desk().open(entry)) is None


def test_topics_hold_the_published_entries_by_title(make_desk):
    topics = make_desk().topics()
    assert [topic.id for topic in topics] == ["forecasts", "protocols", "safety", "slashing", "tokens", "withdrawals"]
    assert topics[0].title == "Forecasts"
    assert topics[4].entries == (Choice("ezeth", "What ezETH is"), Choice("rseth", "What rsETH is"))


def test_a_desk_says_what_it_serves(make_desk, library):
    desk = make_desk()
    assert desk.entry_count == len(ENTRIES) - 1
    assert (desk.reviewed_from, desk.reviewed_to) == (date(2026, 9, 30), date(2026, 11, 1))
    assert desk.library_version == library.version
    assert desk.suggest("slash")
    assert desk.suggest("slash", limit=1) == desk.suggest("slash")[:1]


def test_a_desk_of_nothing_declines(tmp_path):
    desk = Desk(library_of(tmp_path, {"facts/tokens.toml": ""}))
    assert ask(desk, "what is slashing").outcome is Outcome.NO_ANSWER
    assert (desk.entry_count, desk.reviewed_from, desk.reviewed_to, desk.topics()) == (0, None, None, [])
