"""Writes bot/matching/data/languages.txt: the small words that tell other languages in Latin letters from English.

    pip install wordfreq && python tests/tools/languages.py

The figures are those of the wordfreq package (its data is licensed CC BY-SA 4.0), on the Zipf scale: the base-ten
logarithm of the occurrences in a billion words.
"""

from collections import defaultdict
from pathlib import Path

from wordfreq import top_n_list, zipf_frequency

from bot.matching.text import clean, words_of

LANGUAGES = {
    "cs": ("Czech", "co jak kde kdy kdo kolik proč"),
    "de": ("German", "wann warum was welche wer wie wo wieviel"),
    "es": ("Spanish", "cómo cuál cuándo cuánto dónde qué quién"),
    "fil": ("Filipino", "ano bakit magkano paano saan sino"),
    "fr": ("French", "combien comment où pourquoi quand quel quelle quoi"),
    "id": ("Indonesian", "apa apakah bagaimana berapa di mana gimana kapan kenapa mengapa siapa"),
    "it": ("Italian", "chi come cosa dove perché quale quando quanto"),
    "nl": ("Dutch", "hoe hoeveel waar waarom wanneer wat welke wie"),
    "pl": ("Polish", "co czy dlaczego gdzie ile jak kiedy kto"),
    "pt": ("Portuguese", "como onde por quais qual quando quanto quem"),
    "ro": ("Romanian", "cât când care ce cine cum unde"),
    "sv": ("Swedish", "hur när vad var varför vem vilka"),
    "tr": ("Turkish", "hangi kaç kim mi mı mu nasıl ne neden nedir nerede niye"),
    "vi": ("Vietnamese", "ai bao gì nào sao"),
}
"""Code, name and question words."""
MORE = 1.0
"""What is added for question words: in questions they are commoner than in the books and films that were counted."""
WORDS = 300
LEAST = -1.0
"""A word that is ten times as common in English is an English one; `was` and `me` are as German or Spanish as that."""
TARGET = Path(__file__).parents[2] / "bot" / "matching" / "data" / "languages.txt"
HEADER = """\
# The commonest words of other languages, without accents and without those that are as common in English, on the Zipf
# scale (base-ten logarithm of the occurrences in a billion words). One line a language and value, the words behind
# them. Derived from the data of the wordfreq package, (c) its contributors, licensed CC BY-SA 4.0
# (https://creativecommons.org/licenses/by-sa/4.0/); so is this file. Made by tests/tools/languages.py.
"""


def main() -> None:
    lines = [line for code, (name, asking) in LANGUAGES.items() for line in _lines(code, name, asking.split())]
    TARGET.write_text(HEADER + "".join(lines), encoding="utf-8")


def _lines(code: str, name: str, asking: list[str]) -> list[str]:
    asked = {word: round(value + MORE, 1) for word, value in _values(code, asking).items()}
    values = dict(list(_values(code, top_n_list(code, 2 * WORDS)).items())[:WORDS]) | asked
    by_value: defaultdict[float, list[str]] = defaultdict(list)
    for word, value in values.items():
        by_value[value].append(word)
    return [f"{name} {value} {' '.join(sorted(by_value[value]))}\n" for value in sorted(by_value, reverse=True)]


def _values(code: str, candidates: list[str]) -> dict[str, float]:
    """Words as the bot cleans them; one that is two with accents has the value of the first."""
    found: dict[str, float] = {}
    for word in candidates:
        words, value = words_of(clean(word)), zipf_frequency(word, code)
        if len(words) == 1 and words[0].isalpha() and value - zipf_frequency(words[0], "en") >= LEAST:
            found.setdefault(words[0], round(value, 1))
    return found


if __name__ == "__main__":
    main()
