import asyncio
import json
import time
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.curation.fingerprint import fingerprint, settled, visible_text
from bot.curation.linkcheck import (
    OFFLINE,
    RESTLESS,
    Link,
    Place,
    check_links,
    finding_of,
    findings,
    judged,
    known_only,
    link_lines,
    links_of,
    moved_to,
    only,
)
from bot.curation.linkstate import FILE, Checked, LinkState, Verdict, keep_state, parse_state, read_state, state_text
from bot.market.pages import Hop, Page
from bot.market.public_web import Fault
from tests.folders import TODAY, entry_text, library_of

URL = "https://docs.example/a"
BODY = "The fee is five percent of the rewards. " * 10
FIRST, NEXT = date(2026, 11, 1), date(2026, 11, 8)


def html(body=BODY, head=""):
    return f"<html><head><title>Fees</title>{head}</head><body><main>{body}</main></body></html>"


def page(text=None, status=200, kind="text/html", **parts):
    body = html() if text is None else text
    return Page(URL, status, body if isinstance(body, bytes) else body.encode(), kind, **parts)


def place(looked=FIRST, file="basics/a.md", name="a"):
    return Place(file, name, looked)


# What a page says


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fee: 5%. Updated 12:01:33 UTC", "Fee: 5%. Updated 9:44 pm"),
        ("Fee: 5%. 2026-11-22T10:00:00Z", "Fee: 5%. 2027-01-02T23:59:59.123+02:00"),
        ("Fee: 5%. Edited 3 minutes ago", "Fee: 5%. Edited an hour ago"),
        ("Fee: 5%. 1,204 views", "Fee: 5%. 9.9k views"),
        ("Fee: 5%. 812 stars 4 forks", "Fee: 5%. 813 stars 5 forks"),
        ("Fee: 5%. key=9f86d081884c7d659a2feaa0c55ad015", "Fee: 5%. key=60303ae22b998861bce3b28f33eec1be"),
        ("Fee:   5%.\n\n", "fee: 5%."),
    ],
)
def test_clocks_ages_counters_and_nonces_do_not_count(one, other):
    assert settled(one) == settled(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The fee is 5%", "The fee is 6%"),
        ("Withdrawals take 7 days", "Withdrawals take 14 days"),
        ("True on 1 May 2026", "True on 2 May 2026"),
        ("As of 2026-05-01", "As of 2026-05-02"),
        (
            "The contract is 0xcd5fe23c85820f7b72d0926fc9b05b43e359b7ee",
            "The contract is 0xbf5495efe5db9ce00f80364c8b423567e58d2110",
        ),
        ("Deposits are open", "Deposits are paused"),
    ],
)
def test_what_a_moderator_must_know_of_counts(one, other):
    assert settled(one) != settled(other)


def test_only_what_a_reader_sees_counts():
    noise = (
        '<script>let t = "secret"</script><style>p {color: red}</style><meta name="csrf" content="x1"><!-- build 7 -->'
    )
    assert fingerprint(page(html(head=noise))) == fingerprint(page(html()))
    assert "secret" not in visible_text(html(head=noise))
    assert fingerprint(page(html(f"<div class='x9'>{BODY}</div>"))) == fingerprint(page(html()))


@pytest.mark.parametrize(
    "markup", [f"<head><title>Fees</title><p>{BODY}", f"<p>{BODY}", f"<div><p>{BODY}</div></p></svg>", f"{BODY}<"]
)
def test_the_words_of_careless_markup_are_found(markup):
    assert "five percent" in visible_text(markup)


def test_files_that_are_no_pages_are_compared_too():
    assert fingerprint(page(b"%PDF-1.7 one", kind="application/pdf")) != fingerprint(
        page(b"%PDF-1.7 two", kind="application/pdf")
    )
    same = [fingerprint(page(text, kind="text/plain")) for text in ("fee = 5 # 12:00:01", "fee = 5 # 12:00:02")]
    assert same[0] == same[1]


def test_a_frame_that_scripts_fill_has_no_fingerprint_and_says_so():
    checked = judged(page("<div id=root></div><script>go()</script>"), None, FIRST)
    assert (checked.verdict, checked.fingerprint) == (Verdict.FINE, "")
    assert "without scripts" in checked.why


@given(st.text(), st.sampled_from(["utf-8", "idna", "punycode", "utf-16", "nonsense", "ascii"]))
def test_no_page_breaks_a_check(text, charset):
    body = f"<p>{text}</p>{BODY}".encode("utf-8", "surrogatepass")
    assert len(fingerprint(page(body, charset=charset))) in {0, 16}


@pytest.mark.parametrize(
    "piece", ["a-", "1,", "<svg>", "9 ", "aA1_", "&#x", "<!", "<a b='", "<script>", "<!--", "</", "&#9"]
)
def test_a_page_made_to_be_slow_is_not(piece):
    started = time.process_time()
    fingerprint(page((piece * 500_000)[:300_000]))
    assert time.process_time() - started < 5  # the square of it takes minutes


# What became of it


def after(*pages, days=7):
    """What is kept after reading these, a week apart."""
    kept = None
    for number, one in enumerate(pages):
        kept = judged(one, kept, FIRST + timedelta(days=days * number))
    return kept


def stands(kept, *places):
    return finding_of(Link(URL, places or (place(),)), kept)


def test_a_page_is_new_then_as_before():
    assert stands(after(page())).verdict is Verdict.NEW
    assert stands(after(page(), page())).verdict is Verdict.FINE


def other(number):
    return page(html(f"{BODY} Version {number}."))


def test_a_changed_page_stays_so_until_what_rests_on_it_was_reviewed():
    kept = after(page(), other(1), other(1))
    assert kept.changed == NEXT
    assert stands(kept).verdict is Verdict.CHANGED
    assert "8 Nov 2026" in stands(kept).line()
    assert stands(kept, place(NEXT)).verdict is Verdict.FINE
    mixed = stands(kept, place(NEXT), place(FIRST, "basics/b.md", "b"))
    assert [one.id for one in mixed.link.places] == ["b"]


def test_a_page_that_differs_at_every_check_is_restless_and_asks_for_nothing():
    restless = after(page(), *(other(number) for number in range(RESTLESS)))
    assert stands(restless).verdict is Verdict.RESTLESS
    assert not stands(restless).needs_a_look
    once_more = judged(other(RESTLESS - 1), restless, NEXT + timedelta(days=90))
    assert stands(once_more).verdict is Verdict.CHANGED


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_dead(status):
    assert stands(after(page(), page(status=status))).verdict is Verdict.DEAD


@pytest.mark.parametrize("status", [401, 403, 405, 429, 451])
def test_a_refusal_is_not_taken_for_death(status):
    assert after(page(status=status)).verdict is Verdict.REFUSED


@pytest.mark.parametrize("status", [400, 418, 500, 502, 503])
def test_a_host_in_trouble_is_only_not_reached(status):
    assert after(page(status=status)).verdict is Verdict.UNREACHABLE


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_has_a_verdict_and_words(fault):
    kept = after(Page(URL, fault=fault))
    assert kept.why
    refused, dead = {Fault.ROBOTS, Fault.PATIENCE}, {Fault.NO_NAME}
    wanted = Verdict.REFUSED if fault in refused else Verdict.DEAD if fault in dead else Verdict.UNREACHABLE
    assert kept.verdict is wanted


def test_a_guard_in_front_of_a_page_is_no_death_and_no_change():
    assert after(page(), page("Just a moment", status=503, challenged=True)).verdict is Verdict.REFUSED


def test_what_was_known_survives_a_check_that_failed():
    kept = after(page(), Page(URL, fault=Fault.TIMEOUT), page())
    assert kept.verdict is Verdict.FINE
    assert stands(after(page(), Page(URL, fault=Fault.TIMEOUT), other(1))).verdict is Verdict.CHANGED


TO = "https://new.example/a"


def test_a_page_has_moved_where_it_says_so_for_good():
    kept = after(page(), page(hops=(Hop(301, "https://docs.example/b"), Hop(308, TO))))
    assert (kept.verdict, kept.to) == (Verdict.MOVED, TO)
    assert TO in stands(kept).line()
    assert after(page(hops=(Hop(302, TO),))).verdict is Verdict.NEW


def test_a_move_ends_where_the_first_passing_redirect_begins():
    assert moved_to(page(hops=(Hop(301, TO), Hop(302, "https://login.example/"), Hop(301, "https://x.example/")))) == TO
    assert moved_to(page(hops=(Hop(307, TO), Hop(301, "https://x.example/")))) == ""


def test_a_move_to_the_front_page_is_called_what_it_probably_is():
    assert "probably gone" in after(page(hops=(Hop(301, "https://docs.example/"),))).why


def test_a_redirect_into_a_dead_end_is_dead_and_says_where():
    kept = after(page(status=404, hops=(Hop(301, TO),)))
    assert kept.verdict is Verdict.DEAD
    assert TO in kept.why


# The check as a whole


class Reader:
    """Gives the page of each address that a test names, and notes what was asked."""

    def __init__(self, **pages):
        self.pages, self.asked, self.busy, self.busiest = pages, [], {}, 0

    async def read(self, url):
        host = url.split("/")[2]
        self.asked.append(url)
        self.busy[host] = self.busy.get(host, 0) + 1
        self.busiest = max(self.busiest, self.busy[host])
        await asyncio.sleep(0)
        self.busy[host] -= 1
        return replace(self.pages.get(host.split(".")[0], page()), url=url)


def links(*hosts):
    return [Link(f"https://{host}.example/{path}", (place(),)) for host in hosts for path in "ab"]


def checked(reader, asked, earlier=None, **parts):
    return asyncio.run(check_links(asked, reader, earlier or LinkState(), lambda: TODAY, **parts))


def test_every_link_is_read_once_and_each_host_one_after_the_other():
    reader, told = Reader(), []
    state = checked(reader, links("one", "two"), told=lambda link, kept: told.append((link.url, kept.verdict)))
    assert sorted(reader.asked) == sorted(state.pages) == sorted(url for url, _ in told)
    assert len(state.pages) == 4
    assert reader.busiest == 1
    assert state.checked == TODAY


def test_pages_that_were_not_asked_for_keep_what_was_known():
    before = LinkState({"https://old.example/": Checked(Verdict.DEAD, FIRST, "it is gone")})
    state = checked(Reader(), links("one"), before)
    assert state.pages["https://old.example/"] == before.pages["https://old.example/"]
    assert "https://old.example/" not in known_only(state, links("one")).pages


def test_without_internet_no_page_is_called_dead():
    lost = Page("", fault=Fault.NO_NAME)
    state = checked(Reader(one=lost, two=lost), links("one", "two"))
    assert {kept.verdict for kept in state.pages.values()} == {Verdict.UNREACHABLE}
    assert {kept.why for kept in state.pages.values()} == {OFFLINE}


def test_a_name_that_is_gone_while_others_answer_is_dead():
    state = checked(Reader(one=Page("", fault=Fault.NO_NAME)), links("one", "two"))
    assert state.pages["https://one.example/a"].verdict is Verdict.DEAD


def test_what_needs_a_look_comes_first_and_the_rest_is_counted():
    pages = {
        "gone": page(status=404),
        "moved": page(hops=(Hop(301, TO),)),
        "shy": page(status=403),
        "down": Page("", fault=Fault.TIMEOUT),
    }
    asked = links("shy", "fine", "moved", "down", "gone")
    found = findings(asked, checked(Reader(**pages), asked))
    assert [one.verdict for one in found[::2]] == [
        Verdict.DEAD,
        Verdict.MOVED,
        Verdict.UNREACHABLE,
        Verdict.REFUSED,
        Verdict.NEW,
    ]
    assert [one.needs_a_look for one in found[::2]] == [True, True, False, False, False]
    assert link_lines(found)[0] == "Gone (2):"
    assert link_lines(found)[-1] == "0 as before, 2 read for the first time."


def test_links_that_were_never_checked_are_not_spoken_of():
    assert findings(links("one"), LinkState()) == []


def test_a_line_names_a_few_places_and_counts_the_rest():
    many = tuple(place(file=f"basics/{number}.md", name=str(number)) for number in range(9))
    line = finding_of(Link(URL, many), Checked(Verdict.DEAD, TODAY, "it is gone")).line()
    assert line == f"{URL}: it is gone; named in basics/0.md, basics/1.md, basics/2.md, basics/3.md and 5 more"


# Which links there are


@pytest.fixture
def named(tmp_path):
    sources = [
        "2026-07-14 [A](https://docs.example/a#part) x",
        "2026-07-14 [B](https://b.example/) y",
        "2026-01-01 Book",
    ]
    files = {
        "basics/one.md": entry_text("One", ["what is one"], sources=sources),
        "basics/two.md": entry_text("Two", ["what is two"], sources=sources[:1]),
        "basics/hidden.md": entry_text(
            "No", ["what"], sources=["2026-07-14 [C](https://c.example/) z"], status="draft"
        ),
        "facts/figures.toml": '[fee]\nsay = "5%"\nvalue = "5"\nunit = "percent"\nas_of = 2026-10-02\nsource = "A"\n'
        'link = "https://docs.example/a"\n',
        "facts/incidents.toml": '[bridge]\ntitle = "Loss"\nprotocols = []\nstate = "closed"\nopened = 2026-10-01\n'
        'updated = 2026-10-05\nbanner = "Lost."\nlinks = ["https://sub.docs.example/x"]\n',
    }
    return links_of(library_of(tmp_path, files))


def test_links_of_published_entries_figures_and_incidents_are_found_once_with_all_their_places(named):
    assert [link.url for link in named] == [
        "https://b.example/",
        "https://docs.example/a",
        "https://sub.docs.example/x",
    ]
    assert [str(one) for one in named[1].places] == ["basics/one.md", "basics/two.md", "facts/figures.toml [fee]"]
    assert [one.looked for one in named[1].places] == [date(2026, 11, 1), date(2026, 11, 1), date(2026, 10, 2)]
    assert [one.looked for one in named[2].places] == [date(2026, 10, 5)]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("docs.example", 2),
        ("b.example", 1),
        ("one", 2),
        ("basics/two.md", 1),
        ("FEE", 1),
        ("bridge", 1),
        ("nothing", 0),
    ],
)
def test_links_can_be_picked_by_entry_figure_incident_and_domain(named, name, count):
    assert len(only(named, name)) == count


# What is kept


def some_state():
    return LinkState(
        {
            URL: Checked(Verdict.MOVED, NEXT, "it has moved", TO, "0" * 16, FIRST, 2),
            "https://b.example/ü": Checked(Verdict.NEW, NEXT),
        }
    )


def test_what_is_kept_is_read_back_the_same(tmp_path):
    assert keep_state(tmp_path / "data", some_state())
    assert read_state(tmp_path / "data") == some_state()
    assert [path.name for path in (tmp_path / "data").iterdir()] == [FILE]


def test_before_the_first_check_nothing_is_kept(tmp_path):
    assert read_state(tmp_path) == LinkState()
    assert LinkState().checked is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"format": 1}',
        '{"format": 1, "pages": [{}]}',
        '{"format": 1, "pages": 3}',
        "\udcff",
        "[" * 9000,
    ],
)
def test_a_damaged_file_makes_every_page_new_and_is_told_in_the_log(tmp_path, caplog, text):
    (tmp_path / FILE).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert read_state(tmp_path) == LinkState()
    assert "links" in caplog.text


@pytest.mark.parametrize("field", ["url", "verdict", "at", "why", "to", "fingerprint", "streak", "changed"])
def test_a_row_of_the_wrong_kind_is_refused(field):
    held = json.loads(state_text(some_state()))
    held["pages"][0][field] = ["no"]
    with pytest.raises(ValueError):
        parse_state(json.dumps(held))


def test_fingerprints_of_another_format_are_forgotten_and_verdicts_kept():
    held = json.loads(state_text(some_state())) | {"format": 99}
    kept = parse_state(json.dumps(held)).pages[URL]
    assert (kept.verdict, kept.to, kept.fingerprint, kept.changed) == (Verdict.MOVED, TO, "", None)


def test_a_data_folder_that_cannot_be_written_costs_a_line_in_the_log(tmp_path, caplog):
    (tmp_path / "data").write_text("a file in its place")
    assert not keep_state(tmp_path / "data", some_state())
    assert "cannot be kept" in caplog.text
    assert read_state(tmp_path / "data") == LinkState()
