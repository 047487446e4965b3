"""Entries that show live figures: how they are marked, and which slots can ever be filled."""

from pathlib import Path

import pytest

from tests.knowledge.problem_of import changed, problems_of, read, with_lines

TOKENS = """[weETH]
name = "Wrapped eETH"
coingecko = "wrapped-eeth"
yield_project = "ether.fi-stake"
[wrsETH]
name = "Wrapped rsETH"
"""
PROTOCOLS = '[etherfi]\nname = "ether.fi"\ntvl_slugs = ["ether.fi-stake"]\n[karak]\nname = "Karak"\n'
FIGURE = '[a]\nsay = "5"\nvalue = "5"\nunit = "%"\nas_of = 2026-10-02\nsource = "A report"\nlive = "{live}"\n'


def _codes(root: Path, entry: str, **facts: str) -> list[str]:
    texts = {"tokens": TOKENS, "protocols": PROTOCOLS} | facts
    files = {f"facts/{name}.toml": text for name, text in texts.items()}
    problems, _ = problems_of(root, {"t/x.md": entry, **files})
    return [problem.code for problem in problems]


@pytest.mark.parametrize("line", ["live: prices", "Live: Prices", 'live: "prices"  # of the day'])
def test_an_entry_can_be_marked_live(line: str):
    entry, problems = read(with_lines(3, line))
    assert problems == []
    assert entry is not None
    assert entry.live == "prices"


def test_an_unknown_mark_leaves_the_entry_served_without_it():
    entry, problems = read(with_lines(3, "live: weather"))
    assert [problem.code for problem in problems] == ["bad-live"]
    assert entry is not None
    assert entry.live == ""


@pytest.mark.parametrize("tokens", ["weETH", "wrsETH, weETH"])
def test_a_live_entry_that_names_a_token_with_a_price_is_sound(tokens: str, tmp_path: Path):
    assert _codes(tmp_path, with_lines(3, f"tokens: {tokens}", "live: prices")) == []


def test_a_live_entry_without_tokens_is_told(tmp_path: Path):
    assert _codes(tmp_path, with_lines(3, "live: prices")) == ["live-without-token"]


@pytest.mark.parametrize("tokens", ["", '[wrsETH]\nname = "Wrapped rsETH"'])
def test_where_no_token_has_a_price_a_live_entry_need_not_name_one(tokens: str, tmp_path: Path):
    assert _codes(tmp_path, with_lines(3, "live: prices"), tokens=tokens) == []


@pytest.mark.parametrize(
    ("slot", "codes"),
    [
        ("price:weETH", []),
        ("apr:weETH", []),
        ("tvl:etherfi", []),
        ("rate:weETH", ["no-dated-figure"]),
        ("premium:weETH", ["no-dated-figure"]),
        ("price:wrsETH", ["no-dated-figure"]),
        ("tvl:karak", ["no-dated-figure"]),
        ("price:weth", ["unknown-slot"]),
        ("price:etherfi", ["unknown-slot"]),
        ("tvl:weETH", ["unknown-slot"]),
    ],
)
def test_a_slot_without_a_dated_figure_needs_a_live_source(slot: str, codes: list[str], tmp_path: Path):
    assert _codes(tmp_path, changed(11, f"Now {{{slot}}}.")) == codes


@pytest.mark.parametrize("slot", ["rate:weETH", "price:wrsETH", "tvl:karak", "apr:solo"])
def test_a_dated_figure_is_enough_for_a_slot(slot: str, tmp_path: Path):
    figure = FIGURE.format(live=slot)
    assert _codes(tmp_path, changed(11, f"Now {{{slot}}}."), figures=figure) == []


def test_a_folder_that_knows_no_tokens_is_told_of_the_figure_it_lacks(tmp_path: Path):
    assert _codes(tmp_path, changed(11, "Now {price:gold}."), tokens="") == ["no-dated-figure"]
