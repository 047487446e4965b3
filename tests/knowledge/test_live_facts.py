"""What facts say for live figures: read, or refused with the line and the cure; a slip never spoils other tokens."""

import dataclasses
from collections.abc import Mapping

import pytest

from bot.knowledge import Facts, Protocol, Token
from bot.knowledge.facts_files import read_facts
from bot.knowledge.problems import Problems

WEETH = "0xCd5fE23C85820F7B72D0926FC9b05b43E359b7ee"
SOURCES = '["balancer/code-review rate-providers/WeETH.md", "bgd-labs/aave-address-book src/AaveV3Ethereum.sol"]'
POOL = "46bd2bdf-6d92-4066-b482-e885ee172264"
TOKEN = {
    "name": '"Wrapped eETH"',
    "address": f'"{WEETH}"',
    "address_sources": SOURCES,
    "defillama": '"coingecko:wrapped-eeth"',
    "coingecko": '"wrapped-eeth"',
    "rate_contract": f'"{WEETH}"',
    "rate_call": '"getRate()"',
    "rate_selector": '"0x679aefce"',
    "rate_assumes": '"Counts one eETH as one ETH."',
    "rate_moves": "3",
    "pause_contract": f'"{WEETH}"',
    "yield_pool": f'"{POOL}"',
    "yield_project": '"ether.fi-stake"',
    "yield_method": '"the change of its rate"',
}
LINES = {field: number for number, field in enumerate(TOKEN, 2)}
"""Where each field stands below `[weETH]`."""
NAMED = Token("weETH", "Wrapped eETH")
NO_ADDRESS = "is not an address; write 0x and 40 digits (0 to 9, a to f)"
NO_CALL = "is not a call; write its name with () or (uint256) behind it, such as getRate()"
NO_KEY = "is not a key; write chain:address, or coingecko: with the id there"
NO_ID = "is not an id; write the last part of the coin's page there, such as wrapped-eeth"
NO_POOL = "is not the id of a pool; write the last part of its page at DefiLlama, such as"
NO_NAME = "is not a name at DefiLlama; write the last part of the protocol's page there, such as ether.fi-stake"
NO_DAYS = "rate_moves is a number of days above 0; write rate_moves = 3"
TWO_SOURCES = (
    "needs two repositories in which its addresses stand; write "
    'address_sources = ["owner/repository path", "owner/repository path"]'
)
TOGETHER = "rate_contract, rate_call, rate_selector and rate_assumes go together"
COMPARE = "compare each digit with the source, then write"
FIGURE = '[kelp-queue]\nsay = "5 days"\nvalue = "5"\nunit = "days"\nas_of = 2026-10-02\nsource = "A report"\n'


def _table(name: str, fields: Mapping[str, str]) -> str:
    return "\n".join([f"[{name}]", *(f"{field} = {value}" for field, value in fields.items())]) + "\n"


def _read(*, thorough: bool = False, **texts: str) -> tuple[Facts, list[str]]:
    problems = Problems()
    facts = read_facts({f"{name}.toml": text for name, text in texts.items()}, problems, thorough=thorough)
    return facts, [str(problem) for problem in problems.sorted()]


def _changed(*, thorough: bool = False, **fields: str | None) -> tuple[Token, list[str]]:
    """The token with these fields in place of its own, None for a field that is left out, and what is wrong with it."""
    changed = {field: value for field, value in {**TOKEN, **fields}.items() if value is not None}
    facts, problems = _read(tokens=_table("weETH", changed), thorough=thorough)
    return facts.tokens["weETH"], problems


@pytest.mark.parametrize("thorough", [False, True])
def test_all_that_a_token_can_say_for_live_figures_is_read(thorough: bool):
    token, problems = _changed(thorough=thorough)
    assert problems == []
    assert token == Token(
        symbol="weETH",
        name="Wrapped eETH",
        address=WEETH,
        address_sources=(
            "balancer/code-review rate-providers/WeETH.md",
            "bgd-labs/aave-address-book src/AaveV3Ethereum.sol",
        ),
        defillama="coingecko:wrapped-eeth",
        coingecko="wrapped-eeth",
        rate_contract=WEETH,
        rate_call="getRate()",
        rate_selector="0x679aefce",
        rate_assumes="Counts one eETH as one ETH.",
        rate_moves=3.0,
        pause_contract=WEETH,
        yield_pool=POOL,
        yield_project="ether.fi-stake",
        yield_method="the change of its rate",
    )


@pytest.mark.parametrize("thorough", [False, True])
def test_a_file_that_says_nothing_for_live_figures_is_sound(thorough: bool):
    facts, problems = _read(
        tokens='[rsETH]\nname = "Kelp"\n[ezETH]\nname = "Renzo"\n',
        protocols='[kelp]\nname = "Kelp"\n',
        thorough=thorough,
    )
    assert problems == []
    assert not any(token.is_priced for token in facts.tokens.values())


SLIPS = [
    ("address", '"0x12"', f"address '0x12' {NO_ADDRESS}"),
    ("address", f'"{WEETH}\\n"', f"address '{WEETH}\n' {NO_ADDRESS}"),
    ("rate_contract", '"https://etherscan.io"', f"rate_contract 'https://etherscan.io' {NO_ADDRESS}"),
    ("pause_contract", f'"{WEETH[2:]}"', f"pause_contract '{WEETH[2:]}' {NO_ADDRESS}"),
    (
        "address_sources",
        '["x", "a/b c", "d/e f"]',
        "address_sources 'x' names no file; write \"owner/repository path\"",
    ),
    ("address_sources", '["a/b c.sol", "A/B d.sol"]', TWO_SOURCES),
    ("defillama", '"weETH"', f"defillama 'weETH' {NO_KEY}"),
    ("defillama", '"ethereum:0x12,ethereum:0x13"', f"defillama 'ethereum:0x12,ethereum:0x13' {NO_KEY}"),
    ("coingecko", '"Wrapped eETH"', f"coingecko 'Wrapped eETH' {NO_ID}"),
    ("rate_call", '"getRate"', f"rate_call 'getRate' {NO_CALL}"),
    ("rate_call", '"rate(address)"', f"rate_call 'rate(address)' {NO_CALL}"),
    ("rate_selector", '"0x679"', "rate_selector '0x679' is none; write 0x and eight digits (0 to 9, a to f)"),
    ("rate_moves", "0", NO_DAYS),
    ("rate_moves", "-1.5", NO_DAYS),
    ("rate_moves", "nan", NO_DAYS),
    ("rate_moves", "inf", NO_DAYS),
    ("yield_pool", '"weeth"', f"yield_pool 'weeth' {NO_POOL} 747c1d2a-c668-4682-b9f9-296708a3dd90"),
    ("yield_project", '"ether.fi stake"', f"yield_project 'ether.fi stake' {NO_NAME}"),
]


@pytest.mark.parametrize(("field", "value", "why"), SLIPS)
def test_a_slip_is_told_at_its_line_and_leaves_the_token_its_names_only(field: str, value: str, why: str):
    token, problems = _changed(**{field: value})
    assert problems == [f"facts/tokens.toml:{LINES[field]}: [weETH] {why}"]
    assert token == NAMED


def test_an_address_without_sources_is_told_at_its_table():
    token, problems = _changed(address_sources=None)
    assert problems == [f"facts/tokens.toml:1: [weETH] {TWO_SOURCES}"]
    assert token == NAMED


@pytest.mark.parametrize("missing", ["rate_contract", "rate_call", "rate_selector", "rate_assumes"])
def test_a_rate_is_whole_or_absent(missing: str):
    token, problems = _changed(**{missing: None})
    line = LINES["rate_contract"]
    assert problems == [f"facts/tokens.toml:{line}: [weETH] lacks {missing}; {TOGETHER}"]
    assert token == NAMED


def test_the_thorough_check_tells_the_selector_that_is_missing():
    _, problems = _changed(thorough=True, rate_selector=None)
    line = LINES["rate_contract"]
    told = "the selector of getRate() is 0x679aefce"
    assert problems == [f"facts/tokens.toml:{line}: [weETH] lacks rate_selector; {TOGETHER}; {told}"]


def test_a_token_that_rebases_has_no_rate():
    token, problems = _changed(rebases='"Its balance grows."')
    line = len(TOKEN) + 2
    why = "rebases says that there is no rate to read, but rate_contract is given; keep one of the two"
    assert problems == [f"facts/tokens.toml:{line}: [weETH] {why}"]
    assert token == NAMED


def test_a_token_that_rebases_and_reads_no_rate_is_sound():
    token, problems = _changed(
        rebases='"Its balance grows."', rate_contract=None, rate_call=None, rate_selector=None, rate_assumes=None
    )
    assert problems == []
    assert token.rebases == "Its balance grows."


@pytest.mark.parametrize("call", ["getRate()", "convertToAssets(uint256)"])
def test_a_call_takes_nothing_or_one_number(call: str):
    _, problems = _changed(rate_call=f'"{call}"')
    assert problems == []


OTHER_DIGIT = WEETH.replace("820", "821")
ONE_LESS = WEETH.replace("Cd", "cd")
SHOUTED = f"0x{WEETH[2:].upper()}"


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("address", WEETH.lower(), f"address {WEETH.lower()} has no capitals to show a slip; {COMPARE} {WEETH}"),
        ("rate_contract", ONE_LESS, f"rate_contract {ONE_LESS} has capitals that do not fit it; {COMPARE} {WEETH}"),
        ("pause_contract", SHOUTED, f"pause_contract {SHOUTED} has capitals that do not fit it; {COMPARE} {WEETH}"),
        ("rate_selector", "0x679aefcf", "rate_selector '0x679aefcf' is not that of getRate(); write 0x679aefce"),
        ("rate_selector", "getRate", "rate_selector 'getRate' is not that of getRate(); write 0x679aefce"),
        ("rate_call", "getrate()", "rate_selector '0x679aefce' is not that of getrate(); write 0x"),
    ],
)
def test_the_thorough_check_tells_the_right_spelling(field: str, value: str, why: str):
    token, (problem,) = _changed(thorough=True, **{field: f'"{value}"'})
    line = LINES["rate_selector" if field == "rate_call" else field]
    assert problem.startswith(f"facts/tokens.toml:{line}: [weETH] {why}")
    assert token == NAMED


def test_the_thorough_check_finds_a_wrong_digit_by_the_capitals():
    _, (problem,) = _changed(thorough=True, address=f'"{OTHER_DIGIT}"')
    assert f"has capitals that do not fit it; {COMPARE}" in problem


def test_the_quick_check_leaves_capitals_and_selectors_alone():
    token, problems = _changed(address=f'"{WEETH.lower()}"', rate_selector='"0x00000000"')
    assert problems == []
    assert token.address == WEETH.lower()


@pytest.mark.parametrize(
    ("field", "value"),
    [("address", f'"{WEETH}"'), ("coingecko", '"wrapped-eeth"'), ("defillama", '"coingecko:wrapped-eeth"')],
)
def test_two_tokens_that_share_what_tells_them_apart_are_both_told_and_neither_is_priced(field: str, value: str):
    sources = {"address_sources": SOURCES} if field == "address" else {}
    one, two = ({"name": f'"{name}"', field: value} | sources for name in ("One", "Two"))
    third = {"name": '"Three"', "coingecko": '"another"'}
    facts, problems = _read(tokens=_table("A", one) + _table("B", two) + _table("C", third))
    below = len(one) + 4
    assert problems == [
        f"facts/tokens.toml:3: [A] {field} is that of B too; each token has its own",
        f"facts/tokens.toml:{below}: [B] {field} is that of A too; each token has its own",
    ]
    assert [token.is_priced for token in facts.tokens.values()] == [False, False, True]


def test_addresses_that_differ_in_capitals_only_are_the_same():
    one, two = ({"name": f'"{a}"', "address": f'"{a}"', "address_sources": SOURCES} for a in (WEETH, WEETH.lower()))
    _, problems = _read(tokens=_table("A", one) + _table("B", two))
    assert len(problems) == 2


def test_a_slip_of_one_token_leaves_the_others_priced():
    facts, _ = _read(tokens=_table("A", {"name": '"One"', "coingecko": '"A B"'}) + _table("weETH", TOKEN))
    assert {name: token.is_priced for name, token in facts.tokens.items()} == {"A": False, "weETH": True}


def test_all_that_a_protocol_can_say_for_live_figures_is_read():
    facts, problems = _read(
        figures=FIGURE,
        protocols='[kelp]\nname = "Kelp"\ntvl_slugs = ["kelp", "ether.fi-stake"]\ntvl_note = "All of it."\n'
        'exits = ["kelp-queue"]\nexit_note = "Two ways out."\n',
    )
    assert problems == []
    assert facts.protocols["kelp"] == Protocol(
        "kelp",
        "Kelp",
        tvl_slugs=("kelp", "ether.fi-stake"),
        tvl_note="All of it.",
        exits=("kelp-queue",),
        exit_note="Two ways out.",
    )


def test_a_name_that_defillama_cannot_have_is_told_and_not_asked_for():
    facts, problems = _read(protocols='[kelp]\nname = "Kelp"\ntvl_slugs = ["kelp", "Kelp DAO"]\n')
    assert problems == [f"facts/protocols.toml:3: [kelp] tvl_slugs 'Kelp DAO' {NO_NAME}"]
    assert facts.protocols["kelp"].tvl_slugs == ("kelp",)


def test_an_exit_that_is_no_figure_is_told_with_the_one_that_was_meant():
    facts, problems = _read(
        figures=FIGURE, protocols='[kelp]\nname = "Kelp"\nexits = [\n  "kelp-queue",\n  "kelp-qeue",\n]\n'
    )
    assert problems == [
        "facts/protocols.toml:3: there is no figure 'kelp-qeue' in facts/figures.toml; did you mean 'kelp-queue'?"
    ]
    assert facts.protocols["kelp"].exits == ("kelp-queue",)


@pytest.mark.parametrize(
    ("slot", "left_out", "live"),
    [
        ("price:weETH", (), True),
        ("price:weETH", ("address", "rate_contract", "pause_contract", "coingecko"), False),
        ("rate:weETH", (), True),
        ("premium:weETH", (), True),
        ("rate:weETH", ("rate_contract",), False),
        ("premium:weETH", ("rate_contract",), False),
        ("premium:weETH", ("address", "coingecko"), False),
        ("apr:weETH", ("yield_pool",), True),
        ("apr:weETH", ("yield_project",), True),
        ("apr:weETH", ("yield_pool", "yield_project"), False),
        ("tvl:kelp", (), True),
        ("tvl:bare", (), False),
        ("tvl:weETH", (), False),
        ("price:kelp", (), False),
        ("figure:weETH", (), False),
    ],
)
def test_a_slot_is_live_where_there_is_something_to_ask(slot: str, left_out: tuple[str, ...], live: bool):
    whole = Token(
        "weETH", "W", address=WEETH, coingecko="w", rate_contract=WEETH, yield_pool=POOL, yield_project="ether.fi-stake"
    )
    token = dataclasses.replace(whole, **dict.fromkeys(left_out, ""))
    protocols = {"kelp": Protocol("kelp", "Kelp", tvl_slugs=("kelp",)), "bare": Protocol("bare", "Bare")}
    facts = Facts(tokens={"weETH": token}, protocols=protocols)
    kind, key = slot.split(":")
    assert facts.has_live(kind, key) is live
