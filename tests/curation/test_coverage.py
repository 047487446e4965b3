"""The page on what the knowledge covers."""

from pathlib import Path

from bot.clock import today, utc_now
from bot.curation.coverage import COMMAND, PAGE, coverage_page
from bot.knowledge import read_library, read_recorded
from tests.folders import TODAY, entry_text, write_folder

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"


def _page(folder: Path) -> str:
    library = read_library(folder, max(today(utc_now), TODAY)).library
    return coverage_page(library, read_recorded(folder, library.entries)[0])


def test_the_shipped_page_is_that_of_the_shipped_files():
    assert (KNOWLEDGE / PAGE).read_text(encoding="utf-8") == _page(KNOWLEDGE), f"run {COMMAND}"


def test_each_topic_shows_its_entries_phrasings_and_oldest_review(tmp_path: Path):
    files = {
        "exits/a.md": entry_text("A", ["one", "two", "three"], reviewed="2026-10-01"),
        "exits/b.md": entry_text("B", ["four"], reviewed="2026-09-30"),
        "yield/c.md": entry_text("C", ["five"], reviewed="2026-11-02"),
        "yield/d.md": entry_text("D", ["six"], status="draft"),
    }
    page = _page(write_folder(tmp_path, files))
    assert "| exits | 2 | 4 | 1 | 2026-09-30 |" in page
    assert "| yield | 1 | 1 | 1 | 2026-11-02 |" in page
    assert "**3 published entries with 5 phrasings**" in page
    assert "[C](yield/c.md)" in page
    assert "[D]" not in page


def test_sources_are_counted_by_grade_and_entries_by_their_best(tmp_path: Path):
    files = {
        "t/a.md": entry_text("A", ["one"], sources=["2026-01-01 N Paper", "2026-01-02 P Code"]),
        "t/b.md": entry_text("B", ["two"], sources=["2026-01-01 U Page", "2026-01-02 N Paper"]),
        "t/c.md": entry_text("C", ["three"], sources=["2026-01-01 A book"]),
    }
    page = _page(write_folder(tmp_path, files))
    assert "| P primary | 1 | 1 |" in page
    assert "| N news | 2 | 1 |" in page
    assert "| U one weak source | 1 | 0 |" in page
    assert "| no grade | 1 | 1 |" in page
    assert "independent" not in page


def test_recorded_questions_are_counted_by_part(tmp_path: Path):
    files = {
        "t/a.md": entry_text("A", ["one"]),
        "questions/dev.md": "- what one is -> a\n- and one more -> a\n- the weather -> nothing\n",
    }
    assert "| dev | 2 | 1 | 1 |" in _page(write_folder(tmp_path, files))


def test_a_folder_with_entries_alone_has_a_page_too(tmp_path: Path):
    assert "**1 published entries" in _page(write_folder(tmp_path, {"t/a.md": entry_text("A", ["one"])}))
