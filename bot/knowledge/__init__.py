"""Knowledge files read into an immutable `Library`, with line-numbered problems.

`read_library` and `read_recorded` open the files of a folder; everything else here is pure.
"""

from bot.knowledge.entries import AlwaysRule, Entry, NearMiss, Source, Status, Term
from bot.knowledge.facts import Facts, Figure, Incident, Protocol, Synonyms, Token
from bot.knowledge.library import Library, Reading, read_library
from bot.knowledge.problems import Problem
from bot.knowledge.recorded import RecordedQuestion, read_recorded

__all__ = [
    "AlwaysRule",
    "Entry",
    "Facts",
    "Figure",
    "Incident",
    "Library",
    "NearMiss",
    "Problem",
    "Protocol",
    "Reading",
    "RecordedQuestion",
    "Source",
    "Status",
    "Synonyms",
    "Term",
    "Token",
    "read_library",
    "read_recorded",
]
