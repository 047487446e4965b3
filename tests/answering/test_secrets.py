import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mnemonic import Mnemonic

from bot.answering.secrets import holds_secret
from bot.knowledge import read_library, read_recorded
from tests.answering.phrases import LENGTHS, phrase
from tests.folders import TODAY
from tests.work import calls_during

ROOT = Path(__file__).parents[2]
ENGLISH = Mnemonic("english").wordlist
KEY = "4c0883a69102937d6231471b5dbb6204fe512961708279c2e3a5f1c4b8d7e6f0"
SPACED = sorted(set(Mnemonic.list_languages()))


@pytest.mark.parametrize("words", LENGTHS)
@pytest.mark.parametrize("language", SPACED)
def test_a_phrase_of_any_length_in_any_language_is_a_secret(language, words):
    for seed in range(5):
        assert holds_secret(phrase(words, seed, language))


@pytest.mark.parametrize("language", ["spanish", "french", "czech", "portuguese", "italian", "turkish"])
@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_it_does_not_matter_how_accents_are_written_or_whether_they_are(language, form):
    for seed in range(5):
        typed = unicodedata.normalize(form, phrase(12, seed, language))
        assert holds_secret(typed)
        bare = "".join(c for c in unicodedata.normalize("NFD", typed) if not unicodedata.combining(c))
        assert holds_secret(bare)


@pytest.mark.parametrize("words", LENGTHS)
@pytest.mark.parametrize(
    "shape",
    [
        str.upper,
        str.title,
        lambda text: text.replace(" ", "\n"),
        lambda text: text.replace(" ", "\r\n"),
        lambda text: text.replace(" ", ", "),
        lambda text: text.replace(" ", ","),
        lambda text: text.replace(" ", "   "),
        lambda text: text.replace(" ", "_"),
        lambda text: text.replace(" ", " - "),
        lambda text: " ".join(f"{at}. {word}" for at, word in enumerate(text.split(), 1)),
        lambda text: "\n".join(f"{at}) {word}" for at, word in enumerate(text.split(), 1)),
        lambda text: "".join(f"{at}.{word}" for at, word in enumerate(text.split(), 1)),
        lambda text: "".join(f"{at}{word}" for at, word in enumerate(text.split(), 1)),
        lambda text: " ".join(f'"{word}"' for word in text.split()),
        lambda text: f"hey, they asked for my phrase so I sent: {text}. was that wrong?",
        lambda text: f"```\n{text}\n```",
        lambda text: f"||{text}||",
        "\u200b".join,
        lambda text: unicodedata.normalize("NFC", text).translate(
            {ord(c): ord(c) + 0xFEE0 for c in map(chr, range(97, 123))}
        ),
        lambda text: "lorem ipsum dolor " * 5000 + text,
    ],
)
def test_however_a_phrase_is_written_it_is_a_secret(shape, words):
    assert holds_secret(shape(phrase(words, 7)))


@settings(max_examples=200)
@given(st.lists(st.sampled_from(ENGLISH), min_size=12, max_size=24, unique=True))
def test_twelve_words_of_the_list_in_a_row_are_a_secret_whatever_the_checksum(words):
    assert holds_secret(" ".join(words))
    assert holds_secret(f"the {' '.join(words)} the")


@settings(max_examples=200)
@given(st.lists(st.sampled_from(ENGLISH), max_size=11), st.lists(st.sampled_from(ENGLISH), max_size=11))
def test_eleven_words_of_the_list_in_a_row_are_none(before, after):
    assert not holds_secret(f"{' '.join(before)} the {' '.join(after)}")


def test_a_repeated_word_is_a_secret_only_with_a_valid_checksum():
    assert holds_secret("abandon " * 11 + "about")
    assert holds_secret("abandon " * 23 + "art")
    assert holds_secret("look: " + "abandon " * 11 + "about, is it mine")
    assert not holds_secret("abandon " * 12)
    assert not holds_secret("moon " * 500)
    assert not holds_secret("buy sell " * 7)


@pytest.mark.parametrize(
    "typed", [KEY, f"0x{KEY}", f"0X{KEY.upper()}", f"my key is 0x{KEY}.", f"PRIVATE_KEY={KEY}", f"({KEY})", f"`{KEY}`"]
)
def test_64_hexadecimal_digits_are_a_secret(typed):
    assert holds_secret(typed)


@given(st.binary(min_size=32, max_size=32), st.sampled_from(["", "0x", "0X"]), st.booleans())
def test_any_32_bytes_written_in_hexadecimal_are_a_secret(number, prefix, upper):
    digits = number.hex().upper() if upper else number.hex()
    assert holds_secret(f"is {prefix}{digits} ok?")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "0x" + KEY[:40],
        KEY[:63],
        KEY + "0",
        KEY + KEY,
        KEY[:63] + "g",
        "what does my seed phrase have to do with restaking",
        "0x" + "0" * 40 + " and 0x" + "f" * 40,
        "\ud800\udfff" * 50,
        "a" * 100_000,
    ],
)
def test_addresses_and_other_texts_are_none(typed):
    assert not holds_secret(typed)


def test_no_text_of_this_repository_is_taken_for_a_secret():
    reading = read_library(ROOT / "knowledge", TODAY)
    parts, _ = read_recorded(ROOT / "knowledge", reading.library.entries)
    texts = [f"{entry.answer}\n{entry.more}\n{' '.join(entry.questions)}" for entry in reading.library.entries.values()]
    texts += [recorded.question for part in parts.values() for recorded in part]
    texts += [(ROOT / "LICENSE").read_text(encoding="utf-8"), " ".join(texts)]
    assert [text[:200] for text in texts if holds_secret(text)] == []


def test_a_long_ordinary_text_is_none():
    text = """
    You can keep your token where it is and wait until the next day, when the system will open again. I think that
    this is just how the network must work: one person can only use one gate at a time, and the rest will wait in
    line. When they ask you to pay before you can leave, walk away, because no real service will ask for that. I
    would still like to know what happens if the price of the asset should drop while I wait, since there is no way
    to cancel, and whether I will get the same amount as before or less. Most people here say it is easy, but then
    I hear about somebody who had to wait a month during the spring. Thank you in advance for any advice, I will
    read everything you can share about this topic and then decide what to do with the rest of it next week.
    """
    assert not holds_secret(text * 200)


@given(st.text(st.characters(), max_size=200))
def test_any_text_can_be_looked_at(typed):
    assert holds_secret(typed) in {True, False}


@pytest.mark.parametrize("piece", ["zoo ", "zoo moon you all ", "é ", "hello there ", "0x" + "ab" * 20 + " ", "的 "])
def test_the_work_grows_no_faster_than_the_text(piece):
    short, long = (piece * (size // len(piece)) for size in (3_000, 30_000))
    holds_secret(phrase(12, 1))  # reads the lists
    assert calls_during(lambda: holds_secret(long)) <= 11 * calls_during(lambda: holds_secret(short)) + 1000


@pytest.mark.parametrize("piece", ["zoo ", "zoo moon zoo you all ", "moon all moon zoo all "])
def test_a_flood_of_few_listed_words_is_not_tried_for_checksums_without_end(piece):
    flood = piece * (12_000 // len(piece))
    holds_secret(phrase(12, 1))  # reads the lists
    assert calls_during(lambda: holds_secret(flood)) <= 40 * len(flood.split())


@pytest.mark.parametrize("gap", ["\x00", "\x0b", "\x1f", "\x7f", "\x85", "\ue000", "\U000e1000", "\ud800"])
def test_what_cannot_be_seen_hides_no_phrase_within_its_words_or_between_them(gap):
    words = phrase(12, 3).split()
    assert holds_secret(" ".join(word[:2] + gap + word[2:] for word in words))
    assert holds_secret(gap.join(words))
    assert holds_secret(KEY[:30] + gap + KEY[30:])
    assert holds_secret(f"my key is{gap}{KEY}")
