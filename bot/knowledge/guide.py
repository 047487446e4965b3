"""The guide of `facts/strategy.toml` as immutable data: questions with answers, and what these lead to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

PLACEHOLDER = "Pick one"


@dataclass(frozen=True, slots=True)
class Option:
    """An answer that can be picked. `because` is a sentence on what follows from it; a `cautious` one shows that its
    giver must not be led to an explanation with leverage.
    """

    id: str
    label: str
    because: str
    cautious: bool = False


@dataclass(frozen=True, slots=True)
class GuideQuestion:
    """A question with the answers to it, of which one is picked."""

    id: str
    ask: str
    options: tuple[Option, ...]
    placeholder: str = PLACEHOLDER

    def option(self, wanted: str) -> Option | None:
        """The answer of that id."""
        return next((option for option in self.options if option.id == wanted), None)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What answers lead to. Texts may hold `{figure:id}` slots; `entries` are ids of entries to read on in, named in
    `line` of the file; `leverage` marks one about borrowed money.
    """

    id: str
    title: str
    say: str
    risks: tuple[str, ...]
    exits: tuple[str, ...]
    entries: tuple[str, ...]
    leverage: bool = False
    line: int = 1


@dataclass(frozen=True, slots=True)
class Lead:
    """A line that says where answers lead: for each question the ids that it takes, or None for any. `text` is the
    line as it stands in the file.
    """

    takes: tuple[frozenset[str] | None, ...]
    explanation: str
    text: str = ""

    def fits(self, picked: Sequence[Option]) -> bool:
        """Whether it takes these answers, one to each question."""
        return all(ids is None or option.id in ids for ids, option in zip(self.takes, picked, strict=True))


@dataclass(frozen=True, slots=True)
class Guide:
    """Questions, explanations, and the lines that lead from answers to these: the first that fits decides. `notice`
    says that nothing in it is advice.
    """

    title: str
    intro: str
    notice: str
    questions: tuple[GuideQuestion, ...]
    explanations: Mapping[str, Explanation]
    leads: tuple[Lead, ...]

    def lead(self, picked: Sequence[Option]) -> Lead | None:
        """The line that decides about these answers, one to each question, or None where none does.

        A line to an explanation with leverage takes no cautious answer, whatever it says: this is what keeps it from
        everybody whom a loss would hurt.
        """
        cautious = any(option.cautious for option in picked)
        fitting = (lead for lead in self.leads if lead.fits(picked))
        return next((lead for lead in fitting if not (cautious and self.explanations[lead.explanation].leverage)), None)

    def combinations(self) -> Iterator[tuple[Option, ...]]:
        """Every way to answer all questions."""
        return product(*(question.options for question in self.questions))
