"""What the house rules catch and what they let through: the rules shipped, held against bad and good lines."""

import shutil
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import today, utc_now
from bot.knowledge import read_library
from bot.knowledge.house.numbers import Amount, amounts
from bot.knowledge.house.shape import lix, longest_sentence
from tests.folders import TODAY, entry_text, write_folder

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
Codes = Callable[..., list[str]]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shipped facts and one word for a topic."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(KNOWLEDGE / "facts", folder / "facts")
    return folder


@pytest.fixture
def codes(shipped: Path, tmp_path: Path) -> Codes:
    """The problems of one more entry in such a folder, by their codes."""

    def check(answer: str, topic: str = "notes", title: str = "How does it work?", **header: str) -> list[str]:
        folder = tmp_path / "knowledge"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(shipped, folder)
        header = {"review_every": "30 days", "sources": ["2026-07-14 P A book"]} | header  # type: ignore[dict-item]
        text = entry_text(title, ["how does the thing work"], answer, **header)  # type: ignore[arg-type]
        write_folder(folder, {f"{topic}/one.md": text})
        reading = read_library(folder, max(today(utc_now), TODAY), thorough=True)
        return [problem.code for problem in reading.problems if problem.file == f"{topic}/one.md"]

    return check


FORECASTS = [
    "ETH will reach a new record in 2027.",
    "By 2027 the token will probably hit its old price again.",
    "Analysts say the price is expected to rise in 2027.",
    "It could soon reach $5,000 (November 2026).",
    "The peg will slowly recover (November 2026).",
    "The yield is going to double in 2027.",
    "EIGEN has upside potential.",
]
ADVICE = [
    "You should sell before the unlock.",
    "Holders should always diversify.",
    "We recommend ezETH.",
    "weETH is the best choice for beginners.",
    "Now is a good time to enter.",
    "The token is worth buying.",
    "It is not a promise, but you should never sell.",
]
VERDICTS = [
    "Restaking is safe.",
    "The yield is guaranteed.",
    "This is a risk-free way to earn.",
    "You cannot lose your stake.",
    "If one service fails your entire stake will be slashed.",
    "The deposits are fully insured.",
    "The contract was not changed in 2025. It is safe.",
]
FINE = [
    "Nothing here is guaranteed.",
    "No audit makes a contract safe.",
    'The page calls it "safe" and says it "will reach $10,000" (March 2026); nobody can know.',
    "The owner kept the keys in a Safe with two signers.",
    "A withdrawal can be slashed while it waits, and the loss reaches every holder.",
    "The bot cannot promise that a rate is right.",
    "The operator must have opted in first.",
]


@pytest.mark.parametrize("line", FORECASTS)
def test_what_tells_the_future_is_refused(line: str, codes: Codes):
    assert codes(line) == ["forecast-wording"]


@pytest.mark.parametrize("line", ADVICE)
def test_what_advises_is_refused(line: str, codes: Codes):
    assert codes(line) == ["advice-wording"]


@pytest.mark.parametrize("line", VERDICTS)
def test_a_verdict_is_refused(line: str, codes: Codes):
    assert codes(line) == ["verdict-wording"]


@pytest.mark.parametrize("line", FINE)
def test_a_denial_a_quotation_and_a_name_are_let_through(line: str, codes: Codes):
    assert codes(line) == []


def test_a_title_that_asks_may_hold_the_word_and_one_that_states_may_not(codes: Codes):
    assert codes("Fees differ.", title="Is restaking safe?") == []
    assert codes("Fees differ.", title="Why restaking is safe") == ["verdict-wording"]


@pytest.mark.parametrize("section", ["", "Fees differ.\n\n## More\n"])
def test_the_wording_is_read_in_the_answer_and_in_more(section: str, codes: Codes):
    assert codes(f"{section}It is safe.") == ["verdict-wording"]


@pytest.mark.parametrize(
    "line",
    ["The wait is 9 days.", "It costs 2.5 ezETH.", "It takes 40 epochs.", "The fee is 4%.", "Up to 12 hours pass."],
)
def test_a_figure_needs_a_date_a_slot_or_the_word_example(line: str, codes: Codes):
    assert codes(line) == ["undated-figure"]
    assert codes(f"{line[:-1]} (July 2026).") == []
    assert codes(f"Example: {line}") == []


def test_units_of_measure_are_no_figures(codes: Codes):
    assert codes("A validator once needed 32 ETH, and the rate is set against 1 ETH.") == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("EigenLayer's escrow takes 7 days.", ["contradicts-figure", "undated-figure"]),
        ("As of September 2026 EigenLayer's escrow takes about 7 days.", ["contradicts-figure"]),
        ("Since April 2025 EigenLayer's escrow takes 10 days.", ["contradicts-figure"]),
        ("Before April 2025 EigenLayer's escrow took 7 days.", []),
        ("As of September 2026 EigenLayer's escrow takes 14 days.", []),
        ("EigenLayer's escrow takes 100,800 blocks (May 2026).", []),
        ("EigenLayer's escrow takes {figure:eigenlayer-escrow}, where older pages say 7 days.", []),
        ("Kelp takes an instant fee of 0.5% (July 2026).", ["contradicts-figure"]),
    ],
)
def test_prose_that_differs_from_the_register_is_told_unless_it_tells_of_the_past(
    line: str, expected: Sequence[str], codes: Codes
):
    assert codes(line) == expected


@pytest.mark.parametrize(
    ("figure", "every", "expected"),
    [
        ("{figure:kelp-queue}", "90 days", []),
        ("{figure:kelp-queue}", "91 days", ["review-too-rare"]),
        ("{figure:kelp-queue}", "never", ["review-too-rare"]),
        ("{figure:rseth-backing}", "30 days", []),
        ("{figure:rseth-backing}", "31 days", ["review-too-rare"]),
        ("{tvl:kelp}", "90 days", ["review-too-rare"]),
    ],
)
def test_the_days_between_reviews_follow_from_the_figures(figure: str, every: str, expected: list[str], codes: Codes):
    assert codes(f"It is so. It was {figure}.", review_every=every) == expected


def test_a_dated_event_is_never_reviewed(codes: Codes):
    assert codes("It happened on 18 April 2026.", topic="incidents", review_every="30 days") == ["review-of-event"]
    assert codes("It happened on 18 April 2026.", topic="incidents", review_every="never") == []


def test_a_weak_source_alone_needs_the_word_reported(codes: Codes):
    weak = ["2026-07-14 U A page"]
    assert codes("The team left.", sources=weak) == ["weak-sources"]  # type: ignore[arg-type]
    assert codes("The team is reported to have left.", sources=weak) == []  # type: ignore[arg-type]
    assert codes("The team left.", sources=[*weak, "2026-07-14 N A paper"]) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "topic", "caveat"),
    [
        ("Nobody knows.", "forecasts", "no-forecast"),
        ("Some lend.", "strategies", "not-advice"),
        ("A loop repeats a loan.", "notes", "leverage"),
        ("It was attributed to one group by several firms.", "notes", "disputed"),
        ("It waits.", "withdrawals", "parameters-change"),
    ],
)
def test_a_sensitive_subject_needs_its_caveat(answer: str, topic: str, caveat: str, codes: Codes):
    assert codes(answer, topic=topic) == ["caveat-needed"]
    assert codes(answer, topic=topic, caveats=caveat) == []


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("can I withdraw my rsETH", "can i withdraw the rseth?"),
        ("rseth withdrawal time", "withdrawal time of rseth"),
        ("how are validators slashed", "how is a validator slashed"),
        ("how long does a withdrawal take", "how long does a withdrawl take"),
    ],
)
def test_phrasings_that_nobody_can_tell_apart_are_told_to_the_later_entry(mine: str, theirs: str, tmp_path: Path):
    assert _both(mine, theirs, tmp_path) == ["near-question"]


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("can i withdraw my rseth", "can i withdraw my reth"),
        ("can i withdraw weeth", "how do i withdraw weeth"),
        ("what is restaking", "what is staking"),
        ("is it slashed", "is it not slashed"),
        ("renzoprotocol withdrawal", "renzoprotokol withdrawal fee"),
    ],
)
def test_phrasings_that_ask_for_different_things_are_let_through(mine: str, theirs: str, tmp_path: Path):
    assert _both(mine, theirs, tmp_path) == []


def _both(mine: str, theirs: str, folder: Path) -> list[str]:
    tokens = '[rsETH]\nname = "rsETH"\n[rETH]\nname = "rETH"\n[weETH]\nname = "weETH"\n'
    files = {"t/a.md": entry_text("One", [mine]), "t/b.md": entry_text("Two", [theirs]), "facts/tokens.toml": tokens}
    reading = read_library(write_folder(folder, files), TODAY, thorough=True)
    return [problem.code for problem in reading.problems]


def test_two_entries_that_tell_of_one_day_may_give_a_range_and_a_value_in_it(tmp_path: Path):
    files = {
        "t/a.md": entry_text("One", ["one"], "On 10 September 2025 it took 44 to 46 days."),
        "t/b.md": entry_text("Two", ["two"], "It took 45 days on 10 September 2025."),
    }
    assert read_library(write_folder(tmp_path, files), TODAY, thorough=True).problems == ()


def test_a_folder_without_house_rules_is_held_to_none_of_them(tmp_path: Path):
    answer = "It is safe to eat for 3 days, and you should buy more."
    text = entry_text("Bread", ["how long does bread keep"], answer, review_every="never")
    assert read_library(write_folder(tmp_path, {"t/a.md": text}), TODAY, thorough=True).problems == ()


def test_a_slip_in_the_rules_is_told_and_the_others_still_hold(tmp_path: Path):
    rules = 'forecast = "will"\nverdikt = ["x"]\nverdict = ["safe"]\nhardest = true\n[caveats.tax]\ntopics = ["t"]\n'
    files = {"t/a.md": entry_text("One", ["one"], "It is safe."), "facts/rules.toml": rules}
    found = read_library(write_folder(tmp_path, files), TODAY, thorough=True).problems
    assert [str(problem) for problem in found] == [
        'facts/rules.toml:1: [forecast] must be a list of texts, for example ["one", "two"]',
        "facts/rules.toml:2: [verdikt] has a field 'verdikt' that is not known; did you mean 'verdict'?",
        "facts/rules.toml:4: [hardest] must be a whole number",
        'facts/rules.toml:5: [caveats.tax] needs the ids of caveats; write needs = ["not-advice"] below it',
        "t/a.md:12: 'safe' is a promise that nobody can keep; name what can go wrong and what limits it",
    ]


def test_the_facts_say_nothing_that_an_entry_must_not_say(tmp_path: Path):
    files = {
        "facts/caveats.toml": '[calm]\nsay = "It is safe."\n',
        "facts/rules.toml": 'verdict = ["safe"]',
    }
    found = read_library(write_folder(tmp_path, files), TODAY, thorough=True).problems
    assert [(problem.file, problem.line, problem.code) for problem in found] == [
        ("facts/caveats.toml", 1, "verdict-wording")
    ]


def test_a_start_does_not_spend_time_on_the_house_rules(tmp_path: Path):
    files = {"t/a.md": entry_text("One", ["one"], "It is safe."), "facts/rules.toml": 'verdict = ["safe"]'}
    assert read_library(write_folder(tmp_path, files), TODAY).problems == ()


def test_readability_is_the_index_of_its_author():
    # 13 words in 2 sentences, 3 of them longer than six letters.
    assert lix("The operator waits for two days. Somebody collects it in the next round.") == pytest.approx(
        13 / 2 + 300 / 13
    )
    assert lix("") == 0.0
    assert longest_sentence("One two. Three four five; six.") == (3, "Three four five;")


@given(low=st.integers(1, 10**6), more=st.integers(0, 10**6), unit=st.sampled_from(["days", "%", "ETH", "rsETH"]))
def test_a_range_is_read_as_it_was_written(low: int, more: int, unit: str):
    space = "" if unit == "%" else " "
    (found,) = amounts(f"It was {low:,} to {low + more:,}{space}{unit} then.")
    assert (found.low, found.high) == (low, low + more)
    assert found.agrees(Amount(low, low, found.unit, ""))


@pytest.mark.parametrize(
    ("text", "low", "unit"),
    [
        ("about $1.5 billion", 1.5e9, "$"),
        ("US$700", 700, "$"),
        ("2.9 million ETH", 2.9e6, "ETH"),
        ("0.2 percent", 0.2, "%"),
        ("one day of 3 days", 3, "day"),
    ],
)
def test_an_amount_is_read_with_its_scale_and_unit(text: str, low: float, unit: str):
    (found,) = amounts(text)
    assert (found.low, found.unit) == (pytest.approx(low), unit)


def test_the_shipped_figures_are_due_for_review_within_a_season():
    figures = read_library(KNOWLEDGE, max(today(utc_now), TODAY)).library.facts.figures
    for figure in figures.values():
        if figure.review_by is not None:
            assert figure.review_by - figure.as_of > timedelta(0), figure.id
