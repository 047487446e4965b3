"""The JSON Schemas for editors: they take what the reader takes, and underline what it refuses."""

import json
import re
import tomllib
from functools import cache
from pathlib import Path

import jsonschema_rs
import pytest

from bot.cli import main
from bot.diagrams.reading import read_diagram
from bot.knowledge.facts import Facts
from bot.knowledge.facts_files import FILES, read_facts
from bot.knowledge.problems import Problems
from bot.knowledge.prose import SLOT_KINDS, slots_in
from bot.workshop.schemas import FOLDER, all_schemas, written
from tests.folders import write_folder
from tests.knowledge.problem_of import changed, read, with_lines

SHIPPED = Path(__file__).parents[2] / "knowledge"
DESCRIBED = [*sorted((SHIPPED / "facts").glob("*.toml")), *sorted((SHIPPED / "pictures").glob("*.toml"))]

FIGURES = """[fee]
say = "about 5%"
value = "5"
unit = "% of rewards"
as_of = 2026-10-02
source = "A report"
link = "https://example.org/fees"
grade = "N"
volatility = "param"
tolerance = 2
live = "apr:xETH"
"""
TOKENS = """[xETH]
name = "X Ether"
kind = "LRT"
aliases = ["x-eth"]
address = "0xCd5fE23C85820F7B72D0926FC9b05b43E359b7ee"
address_sources = ["one/contracts deploy/x.json", "two/registry tokens.md"]
coingecko = "x-ether"
rate_contract = "0xCd5fE23C85820F7B72D0926FC9b05b43E359b7ee"
rate_call = "getRate()"
rate_selector = "0x679aefce"
rate_assumes = "It leaves out the queue."
rate_moves = 2.5
yield_pool = "46bd2bdf-6d92-4066-b482-e885ee172264"
"""
PROTOCOLS = """[x]
name = "X"
kind = "LRT issuer"
tvl_slugs = ["x-stake"]
what = "Issues xETH."
yield_from = "Staking rewards, as of 2026."
risks = ["bridge: a message was forged in April 2026"]
"""
INCIDENTS = """[theft]
title = "A theft"
protocols = ["x"]
state = "open"
opened = 2026-04-18
updated = 2026-04-19
banner = "Something happened."
links = ["https://example.org/report"]
"""
STRATEGY = """[guide]
title = "Which one?"
intro = "A question."
notice = "No advice."
leads = ["any -> plain"]
[questions.soon]
ask = "How soon?"
placeholder = "Pick"
[questions.soon.month]
label = "Within a month"
because = "Queues are longer."
cautious = true
[questions.soon.later]
label = "Later"
because = "That is long."
[explanations.plain]
title = "Plain"
say = "Fewer layers."
risks = ["Slashing, in 2025."]
exits = ["A sale."]
entries = ["an-entry"]
"""
RULES = """forecast = ["will moon"]
graded = true
hardest = 50
[caveats.tax]
needs = ["ask"]
words = ["tax"]
"""
SYNONYMS = '[slang]\nwen = "when"\n[same]\nexit = ["leave"]\n[elsewhere]\nexchanges = ["kraken"]\n'
LINKS = 'allowed = ["ethereum.org"]\n'
CAVEATS = '[ask]\nsay = "Ask somebody."\n'
PICTURE = """kind = "rows"
title = "Two ways"
alt = "Two cards."
as_of = 2026-05-01
sources = ["2026-05-01 A book"]
labels = ["Time"]
[[rows]]
name = "Sell"
mark = "1"
Time = "at once"
"""
STACKS = """kind = "stacks"
title = "Towers"
alt = "One tower."
as_of = 2026-05-01
sources = ["2026-05-01 A book"]
[[layers]]
name = "ETH"
[[columns]]
name = "Staking"
layers = ["ETH"]
"""
SOUND = {
    "figures": FIGURES,
    "tokens": TOKENS,
    "protocols": PROTOCOLS,
    "incidents": INCIDENTS,
    "strategy": STRATEGY,
    "rules": RULES,
    "synonyms": SYNONYMS,
    "links": LINKS,
    "caveats": CAVEATS,
    "picture": PICTURE,
}
SLIPS = [
    ("figures", 'say = "about 5%"', ""),
    ("figures", 'say = "about 5%"', 'say = " "'),
    ("figures", 'value = "5"', "value = 5"),
    ("figures", "as_of = 2026-10-02", "as_of = 2026-10-02T10:00:00"),
    ("figures", "as_of = 2026-10-02", 'as_of = "soon"'),
    ("figures", 'grade = "N"', 'grade = "A"'),
    ("figures", 'grade = "N"', "grade = true"),
    ("figures", 'volatility = "param"', 'volatility = "often"'),
    ("figures", "tolerance = 2", 'tolerance = "2"'),
    ("figures", "tolerance = 2", "tolerance = true"),
    ("figures", "tolerance = 2", "tolerence = 2"),
    ("figures", "https://example.org", "http://example.org"),
    ("figures", "https://example.org", "https://name@example.org"),
    ("figures", "https://example.org", "https://exämple.org"),
    ("figures", "[fee]", "fee = 5\n[other]"),
    ("tokens", 'aliases = ["x-eth"]', 'aliases = "x-eth"'),
    ("tokens", 'aliases = ["x-eth"]', "aliases = [1]"),
    ("tokens", 'name = "X Ether"', ""),
    ("tokens", 'address = "0xCd5', 'address = "0xCd'),
    ("tokens", '"two/registry tokens.md"', '"two/registry"'),
    ("tokens", ', "two/registry tokens.md"', ""),
    ("tokens", "getRate()", "getRate"),
    ("tokens", '"0x679aefce"', '"679aefce"'),
    ("tokens", 'rate_assumes = "It leaves out the queue."', ""),
    ("tokens", "rate_moves = 2.5", "rate_moves = 0"),
    ("tokens", "rate_moves = 2.5", 'rebases = "It rebases."'),
    ("tokens", "46bd2bdf", "46bd"),
    ("tokens", '"x-ether"', '"X Ether"'),
    ("tokens", "coingecko", "coingeko"),
    ("protocols", 'what = "Issues xETH."', ""),
    ("protocols", "in April 2026", "in spring"),
    ("protocols", "bridge: a", "a bridge, a"),
    ("protocols", "x-stake", "X Stake"),
    ("incidents", 'state = "open"', 'state = "shut"'),
    ("incidents", 'protocols = ["x"]', 'protocols = "x"'),
    ("incidents", 'banner = "Something happened."', 'banner = ""'),
    ("incidents", "opened = 2026-04-18", ""),
    ("incidents", "https://example.org/report", "ftp://example.org"),
    ("strategy", 'title = "Which one?"', ""),
    ("strategy", "any -> plain", "any: plain"),
    ("strategy", 'leads = ["any -> plain"]', "leads = []"),
    ("strategy", "cautious = true", 'cautious = "yes"'),
    ("strategy", "cautious = true", "cautions = true"),
    ("strategy", '[questions.soon.later]\nlabel = "Later"\nbecause = "That is long."\n', ""),
    ("strategy", "soon.later", "soon.any"),
    ("strategy", "soon.later", "soon.Later"),
    ("strategy", "How soon?", "How soon? " + "x" * 150),
    ("strategy", 'exits = ["A sale."]', "exits = []"),
    ("strategy", 'entries = ["an-entry"]', 'entries = ["an-entry"]\nlevarage = true'),
    ("rules", "hardest = 50", 'hardest = "50"'),
    ("rules", "graded = true", 'graded = "true"'),
    ("rules", "graded", "grade"),
    ("rules", 'needs = ["ask"]', ""),
    ("rules", 'words = ["tax"]', 'word = ["tax"]'),
    ("rules", '["will moon"]', '"will moon"'),
    ("synonyms", 'wen = "when"', 'wen = ["when"]'),
    ("synonyms", '["leave"]', '"leave"'),
    ("synonyms", '["kraken"]', '["kraken exchange"]'),
    ("synonyms", "[slang]", "[slangs]"),
    ("links", "ethereum.org", "https://ethereum.org"),
    ("links", "ethereum.org", "www.ethereum.org"),
    ("links", "ethereum.org", "bit.ly"),
    ("links", '["ethereum.org"]', '"ethereum.org"'),
    ("links", "allowed", "allow"),
    ("caveats", 'say = "Ask somebody."', ""),
    ("caveats", '"Ask somebody."', "5"),
    ("picture", '"rows"', '"cards"'),
    ("picture", 'title = "Two ways"', ""),
    ("picture", 'title = "Two ways"', f'title = "{"x" * 61}"'),
    ("picture", "as_of = 2026-05-01", ""),
    ("picture", '"2026-05-01 A book"', '"A book"'),
    ("picture", 'labels = ["Time"]', ""),
    ("picture", '["Time"]', '["Time", "a", "b", "c", "d"]'),
    ("picture", 'name = "Sell"', ""),
    ("picture", 'mark = "1"', 'mark = "12"'),
    ("picture", "alt =", "all ="),
    ("picture", 'Time = "at once"', "Time = 1"),
]


def name_of(path: Path) -> str:
    return "picture" if path.parent.name == "pictures" else path.stem


@cache
def _validator(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(all_schemas()[f"{name}.json"], validate_formats=True)


def faults_of(name: str, text: str) -> list[str]:
    """What an editor would underline; to it a date is text."""
    data = json.loads(json.dumps(tomllib.loads(text), default=lambda value: value.isoformat()))
    return [error.message for error in _validator(name).iter_errors(data)]


def told_by_reader(name: str, text: str) -> list[str]:
    problems = Problems()
    if name == "picture":
        read_diagram("pictures/x.toml", text, Facts(), lambda figure: figure.say, problems)
    else:
        around = {"protocols.toml": PROTOCOLS} if name == "incidents" else {}
        read_facts({**around, f"{name}.toml": text}, problems)
    return [problem.message for problem in problems.sorted()]


@pytest.mark.parametrize("path", DESCRIBED, ids=lambda path: path.name)
def test_every_shipped_file_fits_its_schema(path: Path):
    assert faults_of(name_of(path), path.read_text(encoding="utf-8")) == []


def test_there_is_a_schema_for_every_file_that_is_read_and_it_is_a_sound_one():
    assert set(all_schemas()) == {name.replace(".toml", ".json") for name in FILES} | {"picture.json"}
    for schema in all_schemas().values():
        jsonschema_rs.meta.validate(schema)


@pytest.mark.parametrize("name", SOUND)
def test_what_the_reader_takes_fits_the_schema(name: str):
    assert told_by_reader(name, SOUND[name]) == []
    assert faults_of(name, SOUND[name]) == []


def test_towers_fit_as_cards_do():
    assert told_by_reader("picture", STACKS) == []
    assert faults_of("picture", STACKS) == []


@pytest.mark.parametrize(("name", "good", "bad"), SLIPS)
def test_what_the_reader_refuses_is_underlined(name: str, good: str, bad: str):
    text = SOUND[name].replace(good, bad, 1)
    assert text != SOUND[name]
    assert told_by_reader(name, text) != []
    assert faults_of(name, text) != []


@pytest.mark.parametrize(
    ("name", "good", "other"),
    [
        ("figures", "tolerance = 2", "tolerance = 0.5"),
        ("figures", 'grade = "N"\n', ""),
        ("tokens", "2.5", "3"),
        ("tokens", '"x-ether"', '""'),
        ("tokens", "getRate()", "convertToAssets(uint256)"),
        ("protocols", "LRT issuer", "bridge"),
        ("protocols", "in April 2026", "{figure:x}"),
        ("caveats", "say", 'note = "for us"\nsay'),
        ("strategy", 'placeholder = "Pick"\n', ""),
        ("synonyms", "kraken", "krákén2"),
        ("picture", 'mark = "1"\n', ""),
        ("links", "ethereum.org", "docs.ethereum.org"),
    ],
)
def test_harmless_other_wordings_are_not_underlined(name: str, good: str, other: str):
    assert faults_of(name, SOUND[name].replace(good, other, 1)) == []


def test_a_question_takes_up_to_25_answers_and_no_more():
    def asking(count: int) -> str:
        more = "".join(f'[questions.soon.a{n}]\nlabel = "{n}"\nbecause = "So."\n' for n in range(count - 2))
        return STRATEGY.replace("[explanations.plain]", f"{more}[explanations.plain]")

    for count, fits in ((2, True), (25, True), (26, False)):
        assert (faults_of("strategy", asking(count)) == []) is fits
        assert (told_by_reader("strategy", asking(count)) == []) is fits


def test_every_field_says_what_it_is_for():
    def described(schema: object, field: str = "") -> None:
        if isinstance(schema, dict):
            for name, inner in schema.get("properties", {}).items():
                if "type" in inner or "enum" in inner:
                    assert inner.get("description"), f"{field}.{name}"
                described(inner, f"{field}.{name}")
            described(schema.get("additionalProperties"), field)
            described(schema.get("items"), field)

    for name, schema in all_schemas().items():
        assert schema["description"]
        described(schema, name)


def test_the_schemas_in_the_folder_are_those_of_this_version():
    lying = {path.name: path.read_text(encoding="utf-8") for path in (SHIPPED / FOLDER).glob("*.json")}
    assert lying == {name: written(schema) for name, schema in all_schemas().items()}


def test_editors_are_told_which_schema_belongs_to_which_file():
    rules = tomllib.loads((SHIPPED.parent / ".taplo.toml").read_text(encoding="utf-8"))["rule"]
    told = {one["include"][0]: one["schema"]["path"] for one in rules}
    facts = {f"knowledge/facts/{name}": f"knowledge/{FOLDER}/{name.replace('.toml', '.json')}" for name in FILES}
    assert told == {**facts, "knowledge/pictures/*.toml": f"knowledge/{FOLDER}/picture.json"}


def snippet(name: str) -> str:
    """What an editor makes of a snippet whose first choices are taken."""
    body = json.loads((SHIPPED.parent / ".vscode/knowledge.code-snippets").read_text(encoding="utf-8"))[name]["body"]
    text = body if isinstance(body, str) else "\n".join(body)
    for variable, value in (("$CURRENT_YEAR", "2026"), ("$CURRENT_MONTH", "11"), ("$CURRENT_DATE", "20")):
        text = text.replace(variable, value)
    return re.sub(r"\$\{\d+[:|]([^,|}]*)[^}]*\}|\$\d", r"\1", text)


@pytest.mark.parametrize(("name", "file"), [("Figure", "figures"), ("Token", "tokens")])
def test_snippets_of_facts_read_without_a_problem(name: str, file: str):
    assert faults_of(file, snippet(name)) == []
    assert told_by_reader(file, snippet(name)) == []


def test_the_snippet_of_an_entry_reads_without_a_problem():
    _, problems = read(snippet("Entry"))
    assert problems == []


@pytest.mark.parametrize(
    ("name", "line"), [("Source", 14), ("Question of another entry", 8), ("Rule that always wins", 9)]
)
def test_snippets_of_lines_are_understood_where_they_belong(name: str, line: int):
    heading = "## Not this\n" if name.startswith("Question") else ""
    text = changed(14, snippet(name)) if line == 14 else with_lines(line, heading + snippet(name))
    entry, problems = read(text)
    assert problems == []
    assert entry is not None
    assert entry.sources[0].grade == "P" if line == 14 else entry.not_this or entry.always


def test_snippets_of_slots_name_kinds_that_there_are():
    for name in ("Live value in a text", "Dated figure in a text"):
        (slot,) = slots_in(snippet(name))
        assert slot.kind in SLOT_KINDS


def test_the_command_writes_what_is_missing_and_says_what_is_old(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    write_folder(tmp_path / "kb", {"a/x.md": "", ".schemas/links.json": "{}"})
    command = ["knowledge", "schemas", "--knowledge", str(tmp_path / "kb")]
    assert main(command) == 1
    assert "kb/.schemas/links.json: missing or old; run with --write" in capsys.readouterr().out
    assert main([*command, "--write"]) == 0
    assert main(command) == 0
    assert capsys.readouterr().out.endswith("10 of 10 schemas were up to date.\n")
