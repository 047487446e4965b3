"""Writes bot/matching/data/english.txt: how common the 10,000 commonest English words are.

    pip install wordfreq && python tests/tools/english_words.py

The figures are those of the wordfreq package (its data is licensed CC BY-SA 4.0), on the Zipf scale: the base-ten
logarithm of the occurrences in a billion words.
"""

from collections import defaultdict
from pathlib import Path

from wordfreq import top_n_list, zipf_frequency

WORDS = 10_000
TARGET = Path(__file__).parents[2] / "bot" / "matching" / "data" / "english.txt"
HEADER = """\
# How common English words are, on the Zipf scale (base-ten logarithm of the occurrences in a billion words).
# One line a value, the words behind it. Derived from the data of the wordfreq package, (c) its contributors,
# licensed CC BY-SA 4.0 (https://creativecommons.org/licenses/by-sa/4.0/); so is this file.
# Made by tests/tools/english_words.py.
"""


def main() -> None:
    by_value: defaultdict[float, list[str]] = defaultdict(list)
    for word in top_n_list("en", WORDS):
        if word.isascii() and word.isalnum():
            by_value[round(zipf_frequency(word, "en"), 1)].append(word)
    lines = [f"{value} {' '.join(sorted(by_value[value]))}\n" for value in sorted(by_value, reverse=True)]
    TARGET.write_text(HEADER + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
