"""Each sentence that a moderator can read, with the smallest folder that brings it about."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.diagrams.layout import laid_out
from bot.knowledge.problems import SENTENCES
from bot.knowledge.template import EXAMPLE_ANSWER
from tests.diagrams.sample import FIGURES, ROWS, STACKS, drawable, drawn
from tests.knowledge.guide_cases import CASES as TABLE_CASES
from tests.knowledge.problem_of import SMALLEST, changed, problems_of, with_lines, without

Files = Mapping[str, str | bytes | Path]


@dataclass(frozen=True)
class Case:
    """A broken folder, the one place that is wrong in it and the sentence about that place."""

    code: str
    files: Files
    place: str
    message: str


def _entry(text: str | bytes | Path) -> Files:
    return {"t/x.md": text}


def _ruled(rules: str, text: str) -> Files:
    """A folder with house rules and one entry."""
    return {"t/x.md": text, "facts/rules.toml": rules}


ESCROW = """[escrow]
say = "about 14 days"
value = "14"
unit = "days"
as_of = 2026-05-01
source = "Docs"
volatility = "param"
review_by = 2026-12-01
about = "escrow / waiting time"
"""


TALL = STACKS.replace('["Both can be paused."]', str([f"Note {number}: {'word ' * 40}" for number in range(12)]))

CASES = [
    # files and folders
    Case(
        "not-utf8",
        _entry(b"caf\xe9"),
        "t/x.md:1",
        "this file is not plain UTF-8 text; save it again with the encoding UTF-8",
    ),
    Case(
        "too-large",
        _entry(b"a" * (256 * 1024 + 1)),
        "t/x.md:1",
        "this file is larger than 256 kB; an entry is a few sentences, so split it or cut it",
    ),
    Case(
        "unreadable",
        _entry(Path("gone.md")),
        "t/x.md:1",
        "this file cannot be opened (No such file or directory); check that it exists and may be read",
    ),
    Case(
        "outside-folder",
        _entry(Path("../../elsewhere.md")),
        "t/x.md:1",
        "this is a link to a place outside the knowledge folder; copy the file here instead",
    ),
    Case(
        "misplaced",
        {"x.md": SMALLEST},
        "x.md:1",
        "an entry lies in a topic folder; move it to knowledge/<topic>/x.md",
    ),
    Case(
        "too-deep",
        {"t/u/x.md": SMALLEST},
        "t/u/x.md:1",
        "entries lie one folder deep, knowledge/<topic>/<entry-id>.md; move this file up",
    ),
    Case(
        "not-an-entry",
        {"t/x.txt": ""},
        "t/x.txt:1",
        "only .md files belong in this folder; remove x.txt or move it elsewhere",
    ),
    Case(
        "unknown-facts-file",
        {"facts/figure.toml": ""},
        "facts/figure.toml:1",
        "figure.toml is not read; did you mean 'figures.toml'?; the files of this folder are figures.toml, "
        "tokens.toml, protocols.toml, incidents.toml, caveats.toml, synonyms.toml, links.toml, rules.toml, "
        "strategy.toml",
    ),
    Case(
        "bad-id",
        {"t/Exit Queue.md": SMALLEST},
        "t/Exit Queue.md:1",
        "the file name becomes the entry's id: small letters, digits and '-'; rename it to exit-queue.md",
    ),
    Case(
        "duplicate-id",
        {"a/x.md": SMALLEST, "b/x.md": SMALLEST},
        "b/x.md:1",
        "another entry is already called x (a/x.md); give one of the two another file name",
    ),
    # the block between the two --- lines
    Case(
        "no-header",
        _entry("# Title"),
        "t/x.md:1",
        "the file must begin with a line '---', then 'status: published' and 'reviewed: 2026-11-22', then '---' again",
    ),
    Case(
        "header-not-closed",
        _entry(without(4)),
        "t/x.md:1",
        "the block that begins with '---' is never closed; add a line '---' before the '# Title'",
    ),
    Case(
        "header-no-colon",
        _entry(with_lines(3, "kelp")),
        "t/x.md:4",
        "'kelp' is not understood here; write 'name: value', for example 'status: published'",
    ),
    Case(
        "unknown-key",
        _entry(with_lines(3, "protocol: kelp")),
        "t/x.md:4",
        "'protocol' is not a known name here; did you mean 'protocols'?; known are status, reviewed, review_every, "
        "protocols, tokens, live, caveats, related, picture",
    ),
    Case(
        "duplicate-key",
        _entry(with_lines(3, "status: draft")),
        "t/x.md:4",
        "'status' stands here twice (first in line 2); keep one",
    ),
    Case(
        "empty-value",
        _entry(with_lines(3, "tokens:")),
        "t/x.md:4",
        "'tokens' has no value; fill it in or remove the line",
    ),
    Case(
        "no-status",
        _entry(without(2)),
        "t/x.md:1",
        "the block between the '---' lines lacks 'status: published' (or draft, or retired)",
    ),
    Case(
        "bad-status",
        _entry(changed(2, "status: live")),
        "t/x.md:2",
        "'live' is not a status; write published, draft or retired",
    ),
    Case(
        "no-reviewed",
        _entry(without(3)),
        "t/x.md:1",
        "a published entry says when it was last reviewed; add 'reviewed: 2026-11-22' with that day",
    ),
    Case(
        "bad-date",
        _entry(changed(3, "reviewed: 22 November 2026")),
        "t/x.md:3",
        "'22 November 2026' is not a date; write year-month-day, for example 2026-11-22",
    ),
    Case(
        "future-review",
        _entry(changed(3, "reviewed: 2026-11-23")),
        "t/x.md:3",
        "the review date 2026-11-23 lies in the future; write the day on which the entry was reviewed",
    ),
    Case(
        "bad-interval",
        _entry(with_lines(3, "review_every: monthly")),
        "t/x.md:4",
        "'monthly' is not an interval; write days such as '90 days', or 'never' for a dated event",
    ),
    Case(
        "bad-live",
        _entry(with_lines(3, "live: price")),
        "t/x.md:4",
        "'price' is not known here; write live: prices, or remove the line",
    ),
    # title and sections
    Case(
        "no-title",
        _entry(without(5)),
        "t/x.md:5",
        "there is no title; add a line '# ' and the title after the '---' block",
    ),
    Case(
        "second-title",
        _entry(with_lines(5, "# Other")),
        "t/x.md:6",
        "there is a second '# ' title (first in line 5); an entry has one, sections begin with '## '",
    ),
    Case(
        "long-title",
        _entry(changed(5, "# " + "a" * 81)),
        "t/x.md:5",
        "the title has 81 characters; it becomes a button, so keep it to 80",
    ),
    Case(
        "heading-space",
        _entry(with_lines(12, "##More", "Text.", "")),
        "t/x.md:13",
        "'##More' lacks a blank after the '#'; write '## More'",
    ),
    Case(
        "indented-heading",
        _entry(with_lines(14, "  ## More", "  Text.")),
        "t/x.md:15",
        "'## More' is indented, so it would become a part of the list above; begin the line with '#'",
    ),
    Case(
        "unknown-section",
        _entry(with_lines(12, "## Mores", "Text.", "")),
        "t/x.md:13",
        "'Mores' is not a section; did you mean '## More'?; known are Questions, Not this, Always, Answer, More, "
        "Sources",
    ),
    Case(
        "duplicate-section",
        _entry(with_lines(12, "## Answer", "No.", "")),
        "t/x.md:13",
        "the section 'Answer' stands here twice (first in line 10); put the two together",
    ),
    Case(
        "deep-heading",
        _entry(with_lines(11, "### Detail")),
        "t/x.md:12",
        "headings inside a section do not fit on a phone; make '### Detail' a sentence or a bullet",
    ),
    Case(
        "text-before-section",
        _entry(with_lines(5, "Text.")),
        "t/x.md:6",
        "this text stands before the first section; put it under '## Answer' or another heading",
    ),
    Case(
        "not-a-bullet",
        _entry(with_lines(8, "-why")),
        "t/x.md:9",
        "'-why' is not a list item; begin the line with '- '",
    ),
    Case(
        "nested-bullet",
        _entry(with_lines(8, "  - why")),
        "t/x.md:9",
        "a list inside a list item is not read here; give it a line of its own that begins with '- '",
    ),
    Case(
        "unsupported-text",
        _entry(with_lines(11, "> said somebody")),
        "t/x.md:12",
        "a quotation that begins with '>' cannot be shown in a card; use paragraphs and '- ' lists",
    ),
    Case(
        "image-in-text",
        _entry(changed(11, "See ![a chart](https://a.b/c.png).")),
        "t/x.md:11",
        "pictures cannot stand in the text; remove '![a chart](https://a.b/c.png)', and name one with 'picture:' at "
        "the top",
    ),
    Case(
        "link-in-text",
        _entry(changed(11, "See [here](https://a.b/c) and more.")),
        "t/x.md:11",
        "links belong under '## Sources', not in the text; move '[here](https://a.b/c)' there",
    ),
    # questions
    Case(
        "no-questions",
        _entry(without(7, 8)),
        "t/x.md:5",
        "members reach an entry by its questions; add '## Questions' and a few lines '- how do i …'",
    ),
    Case(
        "example-text",
        _entry(changed(11, EXAMPLE_ANSWER)),
        "t/x.md:11",
        "this is the example text of a new entry; write your own in its place",
    ),
    Case(
        "no-answer",
        _entry(without(11)),
        "t/x.md:10",
        "there is no answer; add '## Answer' and two to five sentences",
    ),
    Case(
        "empty-question",
        _entry(with_lines(8, "-")),
        "t/x.md:9",
        "this question is empty; write it out or remove the line",
    ),
    Case(
        "long-question",
        _entry(with_lines(8, "- " + "a" * 201)),
        "t/x.md:9",
        "this question has 201 characters; members type less, so keep it to 200",
    ),
    Case(
        "repeated-question",
        _entry(with_lines(8, "- How")),
        "t/x.md:9",
        "this question stands here twice (first in line 8); remove one",
    ),
    Case(
        "shared-question",
        {"a/x.md": SMALLEST, "a/y.md": changed(8, "- How?")},
        "a/y.md:8",
        "the entry x lists the same question (a/x.md); keep it in the one that answers it",
    ),
    Case(
        "bad-near-miss",
        _entry(with_lines(9, "## Not this", "- why", "")),
        "t/x.md:11",
        "'why' must end in ' -> ' and the id of the entry that answers it",
    ),
    Case(
        "bad-rule",
        _entry(with_lines(9, "## Always", "- not: wallet", "")),
        "t/x.md:11",
        "'not: wallet' is not a rule; write words joined by ' + ', for example '- sync / verify + wallet'",
    ),
    # sources
    Case(
        "bad-source",
        _entry(with_lines(14, "- A film")),
        "t/x.md:15",
        "'A film' is not understood; write '- 2026-07-14 [Name](https://…) what it supports'",
    ),
    Case(
        "future-source",
        _entry(changed(14, "- 2026-11-23 A book")),
        "t/x.md:14",
        "the source is dated 2026-11-23, in the future; write the day the source speaks of",
    ),
    Case(
        "bad-link",
        _entry(changed(14, "- 2026-01-01 [A book](https://a.b:1/c)")),
        "t/x.md:14",
        "'https://a.b:1/c' is not a link that may be shown; write https://, a plain domain and the path, without "
        "blanks, brackets, a port or a name before an @",
    ),
    Case(
        "link-not-https",
        _entry(changed(14, "- 2026-01-01 [A book](http://a.b/c)")),
        "t/x.md:14",
        "'http://a.b/c' does not begin with https://; members are sent to encrypted pages only",
    ),
    Case(
        "link-disguised",
        _entry(changed(14, "- 2026-01-01 [A book](https://xn--pple-43d.com/c)")),
        "t/x.md:14",
        "'https://xn--pple-43d.com/c' has letters in its domain that may pass for others; write the domain in plain "
        "a to z",
    ),
    Case(
        "link-shortener",
        _entry(changed(14, "- 2026-01-01 [A book](https://bit.ly/c)")),
        "t/x.md:14",
        "'https://bit.ly/c' does not show where it leads; write the address behind it",
    ),
    Case(
        "link-not-allowed",
        {
            "t/x.md": changed(14, "- 2026-01-01 [A book](https://www.a.b/c)"),
            "facts/links.toml": 'allowed = ["ethereum.org"]',
        },
        "t/x.md:14",
        "a.b is not in the list of allowed links; add it to facts/links.toml or name the source without a link",
    ),
    Case(
        "no-sources",
        _entry(without(14)),
        "t/x.md:13",
        "a published entry names its sources; add '## Sources' and '- 2026-07-14 [Name](https://…) …'",
    ),
    # references
    Case("unknown-entry", _entry(with_lines(3, "related: y")), "t/x.md:4", "there is no entry 'y'"),
    Case(
        "self-reference",
        _entry(with_lines(3, "related: x")),
        "t/x.md:4",
        "the entry points to itself; name another one or remove this",
    ),
    Case(
        "unknown-caveat",
        {
            "t/x.md": with_lines(3, "caveats: not-advise"),
            "facts/caveats.toml": '[not-advice]\nsay = "This is no advice."',
        },
        "t/x.md:4",
        "there is no caveat 'not-advise' in facts/caveats.toml; did you mean 'not-advice'?",
    ),
    Case(
        "unknown-protocol",
        {"t/x.md": with_lines(3, "protocols: kepl"), "facts/protocols.toml": '[kelp]\nname = "Kelp"'},
        "t/x.md:4",
        "there is no protocol 'kepl' in facts/protocols.toml; did you mean 'kelp'?",
    ),
    Case(
        "unknown-token",
        {"t/x.md": with_lines(3, "tokens: rsEHT"), "facts/tokens.toml": '[rsETH]\nname = "Kelp restaked ETH"'},
        "t/x.md:4",
        "there is no token 'rsEHT' in facts/tokens.toml; did you mean 'rsETH'?",
    ),
    Case(
        "bad-slot",
        _entry(changed(11, "Now { rate:rsETH }.")),
        "t/x.md:11",
        "'{ rate:rsETH }' is not a slot; write {kind:name} with one of the kinds figure, price, rate, premium, apr, "
        "tvl",
    ),
    Case(
        "unknown-figure",
        _entry(changed(11, "It takes {figure:kelp-queue}.")),
        "t/x.md:11",
        "there is no figure 'kelp-queue' in facts/figures.toml",
    ),
    Case(
        "unknown-slot",
        {"t/x.md": changed(11, "Now {rate:rseth}."), "facts/tokens.toml": '[rsETH]\nname = "Kelp restaked ETH"'},
        "t/x.md:11",
        "'{rate:rseth}' names no token in facts/tokens.toml; did you mean 'rsETH'?",
    ),
    Case(
        "no-dated-figure",
        _entry(changed(11, "Now {rate:rsETH}.")),
        "t/x.md:11",
        "'{rate:rsETH}' has no live source and no dated figure to fall back on; add a figure with live = "
        '"rate:rsETH" to facts/figures.toml',
    ),
    Case(
        "live-without-token",
        {
            "t/x.md": with_lines(3, "tokens: B", "live: prices"),
            "facts/tokens.toml": '[A]\nname = "One"\ncoingecko = "a"\n[B]\nname = "Two"',
        },
        "t/x.md:5",
        "the entry is marked live but names no token that has a price; add for example 'tokens: A'",
    ),
    Case(
        "undated-figure",
        _entry(changed(11, "It pays 3.5%.")),
        "t/x.md:11",
        "'3.5%' reads as true for ever; put its date in the same paragraph, make it a slot, or say it is an example",
    ),
    # house rules
    Case(
        "forecast-wording",
        _ruled('forecast = ["will reach"]', changed(11, "ETH will reach $9,000 in 2030.")),
        "t/x.md:11",
        "'will reach' tells the future, which nobody knows; say what was, with its date",
    ),
    Case(
        "advice-wording",
        _ruled('advice = ["you should … sell/buy"]', changed(11, "So you should never sell.")),
        "t/x.md:11",
        "'you should never sell' is advice; say how it works and what can go wrong, and leave the choice to the member",
    ),
    Case(
        "verdict-wording",
        _ruled('verdict = ["safe"]', changed(11, "It is safe.")),
        "t/x.md:11",
        "'safe' is a promise that nobody can keep; name what can go wrong and what limits it",
    ),
    Case(
        "contradicts-figure",
        {"t/x.md": changed(11, "The escrow takes 7 days (June 2026)."), "facts/figures.toml": ESCROW},
        "t/x.md:11",
        "'7 days' is not what the register says of it, about 14 days (2026-05-01); write {figure:escrow}, or mend the "
        "figure in facts/figures.toml",
    ),
    Case(
        "entries-disagree",
        {
            "t/x.md": changed(11, "On 18 April 2026 it lost 116,500 rsETH."),
            "t/y.md": changed(11, "It lost 115,600 rsETH on 18 April 2026.").replace("- how", "- why"),
        },
        "t/y.md:11",
        "'115,600 rsETH' here and '116,500 rsETH' in x (t/x.md:11) are of the same day; one of them is a slip",
    ),
    Case(
        "near-question",
        {
            "t/x.md": changed(8, "- how do I withdraw my rsETH?"),
            "t/y.md": changed(8, "- how to withdraw the rseth"),
        },
        "t/y.md:8",
        "'how to withdraw the rseth' is nearly 'how do I withdraw my rsETH?' (t/x.md:8); nobody can tell which entry "
        "is "
        "meant, so keep one",
    ),
    Case(
        "long-answer",
        _entry(changed(11, " ".join(["It is so."] * 101))),
        "t/x.md:10",
        "the answer has 1009 characters, more than a phone shows (about 900); move detail under '## More'",
    ),
    Case(
        "hard-answer",
        _ruled("hardest = 50", changed(11, "Restaking reallocates collateralised participation. So it is.")),
        "t/x.md:10",
        "the answer is hard to read (LIX 61, at most 50); use shorter sentences and plainer words",
    ),
    Case(
        "long-sentence",
        _ruled("longest = 8", changed(11, "One two three four five six seven eight nine.")),
        "t/x.md:10",
        "the sentence that begins 'One two three four five six' has 9 words; cut it, 8 are the most",
    ),
    Case(
        "ungraded-source",
        _ruled("graded = true", SMALLEST),
        "t/x.md:14",
        "the source of 2026-01-01, A book, has no grade; write P, I, N or U after its date (primary, independent, "
        "news, "
        "one weak source)",
    ),
    Case(
        "weak-sources",
        _ruled("graded = true", changed(14, "- 2026-01-01 U A page")),
        "t/x.md:13",
        "nothing but weak sources (grade U) stands behind this answer; find a better one, or let the text say "
        "'reported'",
    ),
    Case(
        "caveat-needed",
        {
            "t/x.md": with_lines(3, "caveats: other"),
            "facts/caveats.toml": '[other]\nsay = "Other."\n[ask-somebody]\nsay = "Ask."',
            "facts/rules.toml": '[caveats.tax-law]\ntopics = ["t"]\nneeds = ["ask-somebody"]',
        },
        "t/x.md:4",
        "an answer on this subject (tax law) needs a caveat; add ask-somebody to the line 'caveats:'",
    ),
    Case(
        "review-too-rare",
        {
            "t/x.md": with_lines(3, "review_every: 60 days").replace("Yes.", "It takes {figure:escrow}."),
            "facts/figures.toml": ESCROW,
            "facts/rules.toml": "review_param = 45",
        },
        "t/x.md:4",
        "the figures in this entry change; write 'review_every: 45 days' or fewer",
    ),
    Case(
        "review-of-event",
        _ruled('events = ["t"]', with_lines(3, "review_every: 60 days")),
        "t/x.md:4",
        "a dated event does not change; write 'review_every: never' in place of 60 days",
    ),
    Case(
        "figure-review",
        {
            "facts/figures.toml": ESCROW.replace("review_by = 2026-12-01\n", ""),
            "facts/rules.toml": "review_param = 90",
        },
        "facts/figures.toml:1",
        "the figure escrow changes, so somebody has to look at it again; add a day, for example review_by = 2026-12-22",
    ),
    # pictures
    Case(
        "unknown-picture",
        {"t/x.md": with_lines(3, "picture: y"), **drawn(STACKS)},
        "t/x.md:4",
        "there is no picture 'y' in pictures/",
    ),
    Case(
        "not-a-picture",
        {"pictures/Layers 2.toml": STACKS},
        "pictures/Layers 2.toml:1",
        "Layers 2.toml is not read; this folder holds descriptions such as layers.toml, named in small letters, digits "
        "and '-', and the drawings made from them",
    ),
    Case(
        "live-in-picture",
        {"facts/figures.toml": FIGURES, **drawn(ROWS.replace("{figure:queue}", "{figure:rate}"))},
        "pictures/x.toml:19",
        "'{figure:rate}' is a live value, which a drawing cannot show; use {figure:…} with a figure that has no "
        "'live ='",
    ),
    Case(
        "undrawable-sign",
        drawn(STACKS.replace('"Plain"', '"In Rain☂"')),
        "pictures/x.toml:16",
        "'☂' in 'Rain☂' cannot be drawn; write it in letters",
    ),
    Case(
        "long-word",
        drawn(STACKS.replace('"Ways out"', '"Donaudampfschifffahrtsgesellschaftskapitaen"')),
        "pictures/x.toml:2",
        "'Donaudampfschifffahrtsgesellschaftskapitaen' is too long for its place in the picture; use shorter words, or "
        "fewer [[columns]]",
    ),
    Case(
        "tall-picture",
        drawn(TALL),
        "pictures/x.toml:1",
        f"the picture is {laid_out(drawable(TALL)).height} pixels high, more than a phone shows at once (1900); cut "
        "words or rows",
    ),
    Case(
        "no-drawing",
        {"pictures/x.toml": STACKS},
        "pictures/x.toml:1",
        "x.svg and x.png are missing; run: python -m bot knowledge draw",
    ),
    Case(
        "old-drawing",
        {**drawn(STACKS), "pictures/x.png": drawn(STACKS.replace("Ways out", "Exits"))["pictures/x.png"]},
        "pictures/x.toml:1",
        "x.png is older than this description or a figure in it; run: python -m bot knowledge draw",
    ),
    # facts and recorded questions
    Case(
        "bad-toml",
        {"facts/tokens.toml": "[rsETH]\nname = Kelp\n"},
        "facts/tokens.toml:2",
        "the file is not valid TOML: Invalid value (at line 2, column 8); compare this line with the ones around it",
    ),
    Case(
        "bad-record",
        {"facts/tokens.toml": "# tokens\n[rsETH]\n"},
        "facts/tokens.toml:2",
        "[rsETH] lacks 'name'; add name = …",
    ),
    Case(
        "unknown-field",
        {"facts/tokens.toml": '[rsETH]\nname = "Kelp restaked ETH"\nalias = ["rs"]'},
        "facts/tokens.toml:1",
        "[rsETH] has a field 'alias' that is not known; did you mean 'aliases'?",
    ),
    Case(
        "shared-alias",
        {"facts/tokens.toml": '[A]\nname = "One"\naliases = ["Coin"]\n[B]\nname = "Two"\naliases = ["coin"]'},
        "facts/tokens.toml:4",
        "'coin' stands for both A and B; an alias belongs to one",
    ),
    Case(
        "bad-recorded",
        {"questions/dev.md": "# For tuning\n\n- how"},
        "questions/dev.md:3",
        "'how' must end in ' -> ' and an entry id, or ' -> nothing'",
    ),
    Case(
        "recorded-in-entry",
        {"t/x.md": SMALLEST, "questions/dev.md": "- How? -> x"},
        "questions/dev.md:1",
        "the entry x lists this question word for word, so it measures nothing; ask it in other words",
    ),
    *(Case(*one) for one in TABLE_CASES),
]


@pytest.mark.parametrize("case", CASES, ids=[case.code for case in CASES])
def test_a_slip_is_reported_once_with_its_place_and_its_cure(case: Case, tmp_path: Path):
    problems, _ = problems_of(tmp_path / "knowledge", case.files)
    assert [(problem.code, str(problem)) for problem in problems] == [(case.code, f"{case.place}: {case.message}")]


@pytest.mark.parametrize("case", CASES, ids=[case.code for case in CASES])
def test_an_entry_file_is_left_out_exactly_when_its_problem_is_fatal(case: Case, tmp_path: Path):
    problems, served = problems_of(tmp_path / "knowledge", case.files)
    entry_files = {file for file in case.files if file.endswith(".md") and not file.startswith("questions/")}
    broken = {problem.file for problem in problems if problem.fatal}
    assert {entry.file for entry in served.values()} == entry_files - broken


def test_every_sentence_is_shown_here():
    assert {case.code for case in CASES} == set(SENTENCES)


def test_the_smallest_entry_has_no_problem(tmp_path: Path):
    problems, served = problems_of(tmp_path, {"t/x.md": SMALLEST})
    assert problems == []
    assert served["x"].questions == ("how",)


def test_a_problem_stands_at_the_line_that_holds_the_slip_even_where_its_words_occur_before(tmp_path: Path):
    file = with_lines(8, "- how do i", "", "## Not this", "- how do -> gone", "- how -> y", "- how do i exit -> gone")
    problems, _ = problems_of(
        tmp_path, {"t/x.md": file.replace("# Title", "# how do"), "t/y.md": changed(5, "# Somehow")}
    )
    assert [(p.file, p.line, p.code) for p in problems] == [
        ("t/x.md", 12, "unknown-entry"),
        ("t/x.md", 14, "unknown-entry"),
        ("t/y.md", 8, "shared-question"),
    ]
