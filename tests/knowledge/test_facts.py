"""The TOML files under facts/: what is read, and each way in which a record can be wrong."""

import re
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.knowledge import Facts, Figure, Incident, Problem, Protocol, Token
from bot.knowledge.facts_files import FILES, read_facts
from bot.knowledge.problems import Problems

FIGURE = {
    "say": '"about 5 days"',
    "value": '"5"',
    "unit": '"days"',
    "as_of": "2026-10-02",
    "source": '"A report"',
}
INCIDENT = {
    "title": '"Bridge loss"',
    "protocols": '["kelp"]',
    "state": '"open"',
    "opened": "2026-04-18",
    "updated": "2026-04-19",
    "banner": '"Kelp paused its bridge."',
}


def _read(**texts: str) -> tuple[Facts, list[Problem]]:
    problems = Problems()
    facts = read_facts({f"{name}.toml": text for name, text in texts.items()}, problems)
    return facts, list(problems.sorted())


def _table(name: str, fields: dict[str, str]) -> str:
    return "\n".join([f"[{name}]", *(f"{field} = {value}" for field, value in fields.items())]) + "\n"


def _line_of(text: str, field: str) -> int:
    (line,) = [number for number, one in enumerate(text.split("\n"), 1) if one.startswith(f"{field} = ")]
    return line


def _only(problems: list[Problem]) -> str:
    (problem,) = problems
    return str(problem)


def test_every_part_of_the_facts_is_read():
    facts, problems = _read(
        figures=_table(
            "queue",
            FIGURE
            | {
                "link": '"https://a.b/c"',
                "grade": '"P"',
                "volatility": '"param"',
                "review_by": "2026-12-01",
                "live": '"tvl:kelp"',
                "tolerance": "5",
            },
        ),
        tokens='[rsETH]\nname = "Kelp restaked ETH"\nprotocol = "kelp"\nkind = "lrt"\naliases = ["rs"]\n',
        protocols='[kelp]\nname = "Kelp"\nkind = "lrt"\naliases = ["kelp dao"]\n',
        incidents=_table(
            "bridge",
            INCIDENT | {"closed": "2026-05-01", "paused": '"the bridge"', "links": '["https://a.b/c"]'},
        ),
        caveats='[not-advice]\nsay = " This is no advice. "\n',
        synonyms='[slang]\nWEN = "When"\n[same]\nexit = ["Leave", "get out"]\n',
        links='allowed = ["ethereum.org"]\n',
    )
    assert problems == []
    assert dict(facts.figures) == {
        "queue": Figure(
            "queue",
            "about 5 days",
            "5",
            "days",
            date(2026, 10, 2),
            "A report",
            "https://a.b/c",
            "P",
            "param",
            date(2026, 12, 1),
            "tvl:kelp",
            5.0,
        )
    }
    assert dict(facts.tokens) == {"rsETH": Token("rsETH", "Kelp restaked ETH", "kelp", "lrt", ("rs",))}
    assert dict(facts.protocols) == {"kelp": Protocol("kelp", "Kelp", "lrt", ("kelp dao",))}
    assert dict(facts.incidents) == {
        "bridge": Incident(
            "bridge",
            "Bridge loss",
            ("kelp",),
            "open",
            date(2026, 4, 18),
            date(2026, 4, 19),
            "Kelp paused its bridge.",
            date(2026, 5, 1),
            "the bridge",
            ("https://a.b/c",),
        )
    }
    assert dict(facts.caveats) == {"not-advice": "This is no advice."}
    assert dict(facts.synonyms.slang) == {"wen": "when"}
    assert dict(facts.synonyms.same) == {"exit": ("leave", "get out")}
    assert facts.allowed_links == {"ethereum.org"}


def test_a_live_slot_falls_back_to_the_figure_that_names_it():
    facts, _ = _read(figures=_table("a", FIGURE) + _table("b", FIGURE | {"live": '"tvl:kelp"'}))
    fallback = facts.figure_for("tvl:kelp")
    assert fallback is not None
    assert fallback.id == "b"
    assert facts.figure_for("tvl:renzo") is None


def test_only_open_incidents_of_a_named_protocol_count():
    facts, _ = _read(
        incidents=_table("a", INCIDENT)
        + _table("b", INCIDENT | {"state": '"closed"'})
        + _table("c", INCIDENT | {"protocols": '["renzo", "puffer"]'})
    )
    assert [case.id for case in facts.open_incidents(("kelp", "puffer"))] == ["a", "c"]
    assert facts.open_incidents(()) == ()


WRONG_FIGURES = [
    ("say", "5", "say must be text in quotes"),
    ("value", "5", "value must be text in quotes"),
    ("unit", "true", "unit must be text in quotes"),
    ("as_of", '"2026-10-02"', "as_of must be a date such as 2026-11-22 without quotes"),
    ("as_of", "2026-10-02T10:00:00", "as_of must be a date such as 2026-11-22 without quotes"),
    ("as_of", "2026", "as_of must be a date such as 2026-11-22 without quotes"),
    ("source", '["A report"]', "source must be text in quotes"),
    ("source", '" "', "source must not be empty"),
    ("say", '""', "say must not be empty"),
    ("link", "5", "link must be text in quotes"),
    ("grade", '"A"', "grade must be one of P, I, N, U, not 'A'"),
    ("volatility", '"high"', "volatility must be one of stable, param, live, hist, not 'high'"),
    ("review_by", '"soon"', "review_by must be a date such as 2026-11-22 without quotes"),
    ("live", "1", "live must be text in quotes"),
    ("tolerance", '"5%"', "tolerance must be a number"),
    ("tolerance", "true", "tolerance must be a number"),
]


@pytest.mark.parametrize(("field", "value", "why"), WRONG_FIGURES)
def test_a_figure_with_a_wrong_value_is_refused_at_its_line(field: str, value: str, why: str):
    text = "# dated\n\n" + _table("queue", FIGURE | {field: value})
    _, problems = _read(figures=text)
    assert _only(problems) == f"facts/figures.toml:{_line_of(text, field)}: [queue] {why}"


@pytest.mark.parametrize("field", FIGURE)
def test_a_figure_without_value_unit_source_or_time_is_not_served(field: str):
    facts, problems = _read(figures=_table("queue", {key: FIGURE[key] for key in FIGURE if key != field}))
    assert _only(problems) == f"facts/figures.toml:1: [queue] lacks '{field}'; add {field} = …"
    assert not facts.figures


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("title", "1", "title must be text in quotes"),
        ("protocols", '"kelp"', 'protocols must be a list of texts; write protocols = ["one", "two"]'),
        ("protocols", "[1]", 'protocols must be a list of texts; write protocols = ["one", "two"]'),
        ("state", '"over"', "state must be one of open, closed, unconfirmed, not 'over'"),
        ("opened", '"18 April"', "opened must be a date such as 2026-11-22 without quotes"),
        ("updated", "18", "updated must be a date such as 2026-11-22 without quotes"),
        ("closed", "false", "closed must be a date such as 2026-11-22 without quotes"),
        ("banner", "[]", "banner must be text in quotes"),
        ("banner", '""', "banner must not be empty"),
        ("paused", "true", "paused must be text in quotes"),
        ("links", '"https://a.b"', 'links must be a list of texts; write links = ["one", "two"]'),
    ],
)
def test_an_incident_with_a_wrong_value_is_refused_at_its_line(field: str, value: str, why: str):
    text = _table("bridge", INCIDENT | {field: value})
    _, problems = _read(incidents=text)
    assert _only(problems) == f"facts/incidents.toml:{_line_of(text, field)}: [bridge] {why}"


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("http://a.b", "link-not-https"),
        ("https://a.b:1", "bad-link"),
        ("https://xn--a.b", "link-disguised"),
        ("https://tinyurl.com/a", "link-shortener"),
    ],
)
def test_a_link_of_a_figure_or_an_incident_that_may_not_be_shown_is_told_at_its_line(link: str, code: str):
    figure = _table("queue", {"link": f'"{link}"'} | FIGURE)
    incident = _table("bridge", {"links": f'["{link}"]'} | INCIDENT)
    for file, (_, problems) in {
        "figures": _read(figures=figure),
        "incidents": _read(incidents=incident),
    }.items():
        assert [(problem.file, problem.code) for problem in problems] == [(f"facts/{file}.toml", code)]
        assert problems[0].line == 2


@pytest.mark.parametrize("file", ["tokens", "protocols"])
@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("name", "1", "name must be text in quotes"),
        ("name", '" "', "name must not be empty"),
        ("kind", "1", "kind must be text in quotes"),
        ("aliases", '"rs"', 'aliases must be a list of texts; write aliases = ["one", "two"]'),
    ],
)
def test_a_token_or_protocol_with_a_wrong_value_is_refused(file: str, field: str, value: str, why: str):
    text = _table("A", {"name": '"One"', field: value})
    _, problems = _read(**{file: text})
    assert _only(problems) == f"facts/{file}.toml:{_line_of(text, field)}: [A] {why}"


def test_a_token_with_a_wrong_protocol_is_refused():
    _, problems = _read(tokens='[A]\nname = "One"\nprotocol = ["kelp"]\n')
    assert _only(problems) == "facts/tokens.toml:3: [A] protocol must be text in quotes"


def test_one_wrong_record_leaves_the_others_served():
    facts, _ = _read(tokens='[A]\n[B]\nname = "Two"\n')
    assert list(facts.tokens) == ["B"]


@pytest.mark.parametrize(("typed", "meant"), [("sourse", "source"), ("as-of", "as_of"), ("volatilty", "volatility")])
def test_a_mistyped_field_is_named_with_the_one_that_was_meant(typed: str, meant: str):
    text = _table("queue", FIGURE | {typed: '"x"'})
    _, problems = _read(figures=text)
    assert _only(problems) == (
        f"facts/figures.toml:{_line_of(text, typed)}: [queue] has a field '{typed}' that is not known; "
        f"did you mean '{meant}'?"
    )


def test_a_field_that_resembles_none_is_named_alone():
    _, problems = _read(figures=_table("queue", FIGURE | {"zzz": '"x"'}))
    assert _only(problems) == "facts/figures.toml:7: [queue] has a field 'zzz' that is not known"


def test_the_name_of_a_table_is_not_a_field():
    _, problems = _read(figures=_table("queue", FIGURE | {"id": '"x"'}))
    assert _only(problems) == "facts/figures.toml:7: [queue] has a field 'id' that is not known"


def test_a_field_outside_a_table_is_refused_in_its_line():
    _, problems = _read(tokens='# tokens\nrsETH = "Kelp"\n')
    assert _only(problems) == (
        "facts/tokens.toml:2: [rsETH] stands outside a table; write [rsETH] on a line of its own and its fields below"
    )


def test_a_table_is_found_where_a_field_of_the_same_name_stands_before():
    figures = _table("a", FIGURE | {"link": '"https://a.b"'}) + _table("link", FIGURE | {"grade": '"A"'})
    _, problems = _read(figures=figures)
    assert _only(problems) == "facts/figures.toml:14: [link] grade must be one of P, I, N, U, not 'A'"


@pytest.mark.parametrize(
    ("tokens", "protocols", "place", "words"),
    [
        ('[A]\nname = "1"\naliases = ["B"]\n[b]\nname = "2"', "", "tokens.toml:1", "'B' stands for both b and A"),
        (
            '[A]\nname = "1"\naliases = ["x"]\n',
            '[p]\nname = "P"\naliases = ["X"]',
            "protocols.toml:1",
            "'X' stands for both A and p",
        ),
        ('[A]\nname = "1"\naliases = ["p"]\n', '[p]\nname = "P"', "tokens.toml:1", "'p' stands for both p and A"),
        (
            "",
            '[p]\nname = "P"\naliases = ["q"]\n[q]\nname = "Q"',
            "protocols.toml:1",
            "'q' stands for both q and p",
        ),
    ],
)
def test_an_alias_belongs_to_one(tokens: str, protocols: str, place: str, words: str):
    _, problems = _read(tokens=tokens, protocols=protocols)
    assert _only(problems) == f"facts/{place}: {words}; an alias belongs to one"


def test_a_name_may_repeat_itself_as_its_alias():
    _, problems = _read(tokens='[rsETH]\nname = "Kelp"\naliases = ["RSETH", "rs", "rs"]\n')
    assert problems == []


def test_two_figures_cannot_stand_in_for_one_live_value():
    live = FIGURE | {"live": '"tvl:kelp"'}
    _, problems = _read(figures=_table("a", live) + _table("b", live))
    assert _only(problems) == "facts/figures.toml:8: [b] live = \"tvl:kelp\" stands at 'a' too; keep one"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("incidents", _table("bridge", INCIDENT | {"protocols": '["kepl"]'})),
        ("tokens", '[rsETH]\nname = "Kelp"\nprotocol = "kepl"\n'),
    ],
)
def test_a_mistyped_protocol_cannot_keep_a_banner_from_its_answers(file: str, text: str):
    _, problems = _read(protocols='[kelp]\nname = "Kelp"\n', **{file: text})
    assert _only(problems) == (
        f"facts/{file}.toml:1: there is no protocol 'kepl' in facts/protocols.toml; did you mean 'kelp'?"
    )


@pytest.mark.parametrize(
    ("text", "line", "name", "why"),
    [
        ('[slang]\nwen = ["when"]', 2, "wen", 'does not fit [slang]; write wen = "when"'),
        ('[same]\nexit = "leave"', 2, "exit", 'does not fit [same]; write exit = ["leave", "get out"]'),
        ("[same]\nexit = [1]", 2, "exit", 'does not fit [same]; write exit = ["leave", "get out"]'),
        ("[[slang]]", 1, "slang", 'must be a table; write [slang] on a line of its own, then wen = "when"'),
        ('[slangs]\nwen = "when"', 1, "slangs", "is not a table of this file; write [slang], [same] or [elsewhere]"),
    ],
)
def test_a_synonym_that_cannot_be_used_is_refused(text: str, line: int, name: str, why: str):
    _, problems = _read(synonyms=text)
    assert _only(problems) == f"facts/synonyms.toml:{line}: [{name}] {why}"


def test_one_wrong_synonym_leaves_the_others_served():
    facts, _ = _read(synonyms='[slang]\nwen = 1\nser = "sir"')
    assert dict(facts.synonyms.slang) == {"ser": "sir"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('allowed = "ethereum.org"', '[allowed] must be a list of domains; write allowed = ["ethereum.org"]'),
        ("allowed = [1]", '[allowed] must be a list of domains; write allowed = ["ethereum.org"]'),
        ('alowed = ["a.b"]', '[alowed] is not known in this file; write allowed = ["ethereum.org"]'),
        ('allowed = ["https://a.b"]', "[allowed] 'https://a.b' is not a plain domain; write it like ethereum.org"),
        ('allowed = ["www.a.b"]', "[allowed] 'www.a.b' is not a plain domain; write it like ethereum.org"),
        ('allowed = ["a.b/c"]', "[allowed] 'a.b/c' is not a plain domain; write it like ethereum.org"),
        ('allowed = ["com"]', "[allowed] 'com' is not a plain domain; write it like ethereum.org"),
        ('allowed = ["еthereum.org"]', "[allowed] 'еthereum.org' is not a plain domain; write it like ethereum.org"),
    ],
)
def test_an_allow_list_that_cannot_be_used_is_refused(text: str, why: str):
    _, problems = _read(links=text)
    assert _only(problems) == f"facts/links.toml:1: {why}"


@pytest.mark.parametrize("text", ["[a]", "[a]\nsay = 1", '[a]\nsay = " "', 'a = "x"'])
def test_a_caveat_without_its_sentence_is_refused(text: str):
    facts, problems = _read(caveats=text)
    assert _only(problems) == 'facts/caveats.toml:1: [a] needs its sentence; write say = "…" below it'
    assert not facts.caveats


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[a]\nname = "x\n', 2),
        ("[a]\n[a]\n", 2),
        ("[a\n", 1),
        ('[a]\n\nname = "x"\nname = "y"\n', 4),
        ("[a]\nday = 2026-13-01\n", 2),
        ("[a]\nlist = [1,\n", 3),
        ("[a]\nn = " + "1" * 5000, 1),
        ("[a]\nn = " + "[" * 5000, 1),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_file_that_is_not_toml_is_refused_with_the_line(text: str, line: int, line_end: str):
    facts, problems = _read(tokens=text.replace("\n", line_end))
    (problem,) = problems
    assert (problem.file, problem.line, problem.code, problem.fatal) == ("facts/tokens.toml", line, "bad-toml", True)
    assert facts == Facts()


def test_a_byte_order_mark_does_no_harm():
    facts, problems = _read(tokens='\ufeff[A]\nname = "One"\n')
    assert (problems, list(facts.tokens)) == ([], ["A"])


TOML = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            [
                *("[a]", "[[a]]", '["a b"]', "[a.b]", "name = 1", 'name = "x"', "aliases = []", 'allowed = ["a"]'),
                *(
                    "tolerance = nan",
                    "say = {}",
                    "as_of = 2026-01-01",
                    "[slang]",
                    "[same]",
                    "x = [",
                    "protocols = [[]]",
                    "rate_moves = nan",
                    'address = "0x"',
                    'rate_call = "a()"',
                    'tvl_slugs = ["A"]',
                    'exits = ["a"]',
                ),
            ]
        ),
        max_size=8,
    ).map("\n".join),
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(FILES), TOML)
@example("tokens.toml", "\x00")
@example("links.toml", "allowed = ['[', '\\\\', '//[']")
@example("figures.toml", "[a]\nlink = '//['")
def test_any_text_as_a_facts_file_is_read_or_refused_within_its_lines(file: str, text: str):
    problems = Problems()
    read_facts({file: text}, problems, thorough=True)
    lines = re.split("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]", text)
    assert all(1 <= problem.line <= len(lines) for problem in problems.sorted())
