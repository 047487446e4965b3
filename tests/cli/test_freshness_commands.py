"""`knowledge stale`, `drift`, `links` and `digest` as a moderator runs them."""

import asyncio
import json
from contextlib import ExitStack

import pytest

from bot.cli import main
from bot.curation.linkstate import FILE
from bot.market.pages import Page
from bot.market.public_web import Fault
from bot.storage import Memory
from tests.folders import entry_text, write_folder

from .outside import INCIDENT, NOW, PROTOCOLS, STAMP, TOKENS, open_outside

URL = "https://docs.example/a"
FIGURE = """[kelp-tvl]
say = "about ${said} million"
value = "{said}"
unit = "million USD"
as_of = 2026-10-02
source = "DefiLlama"
live = "tvl:kelp"
{tolerance}
[ezeth-rate]
say = "1.0721 ETH per ezETH"
value = "1.0721"
unit = "ETH per ezETH"
as_of = 2026-02-17
source = "A report"
live = "rate:ezETH"
tolerance = 1
"""


@pytest.fixture
def folder(tmp_path):
    files = {
        "protocols/kelp.md": entry_text(
            "Kelp",
            ["what is kelp", "how large is kelp"],
            "Kelp issues rsETH. It holds {tvl:kelp}.",
            sources=[f"2026-07-14 P [Docs]({URL}) x"],
        ),
        "basics/old.md": entry_text("Old", ["what is old"], reviewed="2026-06-01"),
        "facts/tokens.toml": TOKENS,
        "facts/protocols.toml": PROTOCOLS,
        "facts/figures.toml": FIGURE.format(said="500", tolerance="tolerance = 15\n"),
    }
    return write_folder(tmp_path / "knowledge", files)


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def run(folder, data, capsys, monkeypatch, logging_as_before):
    for module in ("files", "freshness", "gaps"):
        monkeypatch.setattr(f"bot.workshop.{module}.utc_now", lambda: NOW)
    monkeypatch.setenv("BOT_DATA_DIR", str(data))

    def start(command, *arguments):
        capsys.readouterr()
        code = main(["knowledge", command, "--knowledge", str(folder), *arguments])
        return code, *capsys.readouterr()

    return start


@pytest.fixture
def outside(monkeypatch):
    with ExitStack() as stack:
        found = open_outside(lambda: NOW, stack)
        for name, value in found.environment.items():
            monkeypatch.setenv(name, value)
        yield found


class Web:
    """Gives the page that a test last set, in the place of the reader that goes out."""

    def __init__(self, _clock=None):
        self.page = Page(URL, 200, b"<p>" + b"The fee is five percent. " * 20, "text/html")
        self.error = None

    async def read(self, url):
        if self.error:
            raise self.error
        return self.page

    async def close(self):
        pass


@pytest.fixture
def web(monkeypatch):
    found = Web()
    monkeypatch.setattr("bot.workshop.freshness.Pages", lambda _clock: found)
    return found


def test_stale_names_what_is_past_its_review_and_ends_with_1(run):
    code, out, _ = run("stale")
    assert code == 1
    assert "basics/old.md: due 30 Aug 2026, 84 days ago, reviewed 1 Jun 2026" in out
    [row] = json.loads(run("stale", "--json")[1])
    assert (row["file"], row["days"], row["past"]) == ("basics/old.md", 84, True)


def test_stale_ends_with_0_where_everything_is_in_order(run, folder):
    (folder / "basics/old.md").unlink()
    assert run("stale") == (0, "Nothing is past its review, and nothing is due within 14 days.\n", "")


def test_drift_says_what_the_text_says_what_is_so_and_which_file_shows_it(run, outside):
    code, out, _ = run("drift")
    assert code == 1
    live = json.loads(run("drift", "--json")[1])[0]
    assert (live["figure"], live["state"], live["files"]) == ("kelp-tvl", "drifted", ["protocols/kelp.md"])
    assert "kelp-tvl: the text says about $500 million (2 Oct 2026); live it is $" in out
    assert f"(DefiLlama, {STAMP})" in out
    assert "shown by protocols/kelp.md" in out


def test_drift_holds_rates_against_the_contract(run, outside):
    rates = [row for row in json.loads(run("drift", "--json")[1]) if row["figure"] == "ezeth-rate"]
    assert [(row["state"], row["live"], row["live_source"]) for row in rates] == [("drifted", "1.0842", "its contract")]


def test_drift_without_providers_says_that_nothing_could_be_had_and_ends_with_0(run, outside):
    outside.break_all()
    code, out, _ = run("drift")
    assert code == 0
    assert "Live value not to be had (2):" in out
    assert "$0" not in out


def test_drift_holds_what_an_open_incident_touches(run, outside, folder):
    write_folder(folder, {"facts/incidents.toml": INCIDENT})
    _, out, _ = run("drift")
    assert "Held (1):" in out
    assert "while the incident 'Loss at the bridge' is open" in out


def test_links_compares_with_the_last_check_and_names_who_rests_on_the_page(run, web, data):
    code, out, err = run("links")
    assert (code, out.splitlines()[-1]) == (0, "0 as before, 1 read for the first time.")
    assert "Reading 1 pages, one every 2 seconds" in err
    assert run("links")[1].splitlines()[-1] == "1 as before, 0 read for the first time."
    web.page = Page(URL, 200, web.page.body.replace(b"five", b"six"), "text/html")
    code, out, _ = run("links")
    assert code == 1
    assert f"{URL}: it says something else since the check of 22 Nov 2026; named in protocols/kelp.md" in out
    assert [path.name for path in data.iterdir()] == [FILE]


def test_links_of_the_last_check_are_shown_without_asking_anybody(run, web):
    assert run("links", "--last")[0] == 2
    web.page = Page(URL, 404)
    run("links")
    web.error = AssertionError("nobody is to be asked")
    code, out, _ = run("links", "--last", "--json")
    assert code == 1
    [row] = json.loads(out)
    assert (row["verdict"], row["places"]) == ("dead", [{"file": "protocols/kelp.md", "id": "kelp"}])


def test_links_of_an_entry_can_be_asked_for_alone_and_a_slip_is_told(run, web):
    assert run("links", "--only", "kelp")[0] == 0
    code, _, err = run("links", "--only", "kelpp")
    assert code == 2
    assert "'kelpp'" in err


def test_who_interrupts_a_check_keeps_what_was_read(run, web, data, folder):
    source = ["2026-07-14 P [More](https://docs.example/b) x"]
    write_folder(folder, {"basics/more.md": entry_text("More", ["what is more"], sources=source)})
    read = web.read

    async def until_ctrl_c(url):
        if url != URL:
            raise KeyboardInterrupt
        return await read(url)

    web.read = until_ctrl_c
    assert run("links")[0] == 0
    kept = json.loads((data / FILE).read_text())
    assert [row["url"] for row in kept["pages"]] == [URL]


def test_the_digest_joins_what_the_others_found(run, web, outside, data):
    web.page = Page(URL, fault=Fault.ROBOTS)
    run("links")
    _, out, _ = run("digest")
    titles = [line for line in out.splitlines() if line and not line.startswith(" ")]
    assert titles == ["Weekly digest, 22 Nov 2026", "Past review", "Figures that have left their tolerance"]
    assert not (data / "memory.db").exists()


def test_the_digest_tells_what_members_asked_and_marked(run, data):
    async def remember():
        async with Memory(data, clock=lambda: NOW) as memory:
            for member in (1, 2, 3):
                memory.record_question("what is kelp", outcome="answer", entry="kelp", face="slash")
                memory.record_feedback(member, "kelp", helpful=False)
            assert await memory.flush()

    asyncio.run(remember())
    code, out, _ = run("digest", "--offline")
    assert code == 0
    assert "Kelp (kelp): 3 of 3 who voted say that it did not help" in out
    assert "Kelp (kelp): 3 times" in out
    assert json.loads(run("digest", "--offline", "--json")[1])["calm"] == ""


def test_the_digest_leaves_out_what_the_files_answer_by_now(run, data):
    async def remember():
        async with Memory(data, clock=lambda: NOW) as memory:
            for member in (1, 2, 3):
                for text in ("so what is kelp please", "can i borrow against my house"):
                    memory.record_unmet(text, kind="gap", entry=None, asker=member)
            assert await memory.flush()

    asyncio.run(remember())
    _, out, _ = run("digest", "--offline")
    assert "can i borrow against my house" in out
    assert "so what is kelp please" not in out


def test_a_folder_that_is_not_there_is_told_without_a_trace(capsys, tmp_path):
    assert main(["knowledge", "stale", "--knowledge", str(tmp_path / "nowhere")]) == 1
    assert "no knowledge folder called 'nowhere'" in capsys.readouterr().err
