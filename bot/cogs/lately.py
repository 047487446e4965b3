"""What each member asked last and what came of it, so that an answer that did not help, and a second try that did, show
which questions the bot does not serve. Pure: the clock is passed in.
"""

from dataclasses import dataclass, replace
from typing import Protocol

from bot.answering import Answer, Outcome
from bot.clock import Clock
from bot.cogs.turns import MEMBERS, MINUTES, Fleeting
from bot.storage import UnmetKind


class UnmetRecorder(Protocol):
    """Where questions that were not served are told. It never waits and never raises; `Memory` is one."""

    def record_unmet(self, text: str, *, kind: UnmetKind, entry: str | None, asker: int) -> None:
        """Called with the words of a question as they may be kept."""
        ...


@dataclass(frozen=True, slots=True)
class _Last:
    """A member's last question: its words as they may be kept, the entries it reached, whether the first of these was
    picked among choices, and what else it offered.
    """

    text: str
    reached: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    picked: bool = False

    def opening(self, entry: str) -> "_Last":
        """The same after the member opened an entry that it offered."""
        return replace(self, reached=(*self.reached, entry), picked=self.picked or not self.reached)


class Lately:
    """The last question of each member, in memory alone: only the words that may be kept, never written anywhere by
    itself, gone after `minutes` or at the end of the process. At most `members` are held.

    It tells `memory` of two things. `unhelpful`: the member pressed Not helpful on an entry that their last question
    reached. `retry`: their last question reached nothing, not even a choice that they picked, and their next one was
    answered; or they picked a choice and pressed Helpful under it. Questions of safety are left out, and end what was
    begun: whoever fears for their wallet was not looking for other words.
    """

    def __init__(
        self, clock: Clock, memory: UnmetRecorder, *, minutes: float = MINUTES, members: int = MEMBERS
    ) -> None:
        self._memory = memory
        self._last = Fleeting[_Last](clock, minutes, members)

    def asked(self, member: int, answer: Answer) -> None:
        """A question of the member was answered so. What is no question, as a greeting, changes nothing."""
        if answer.private or answer.outcome is Outcome.SAFETY:
            self.forget(member)
        elif answer.remembered:
            before = self._last.get(member)
            if answer.entry is not None and before is not None and not before.reached:
                self._found_at_last(member, before.text, answer.entry, answer.remembered)
            reached = () if answer.entry is None else (answer.entry,)
            offered = tuple(choice.entry for choice in answer.choices)
            self._last.put(member, _Last(answer.remembered, reached, offered))

    def opened(self, member: int, entry: str) -> None:
        """The member opened an entry. It counts for their last question where that offered it."""
        last = self._last.get(member)
        if last is not None and entry in last.offered and entry not in last.reached:
            self._last.put(member, last.opening(entry))

    def voted(self, member: int, entry: str, *, helpful: bool) -> None:
        """The member pressed Helpful or Not helpful under an entry."""
        last = self._last.get(member)
        if last is None or entry not in last.reached:
            return
        if not helpful:
            self._memory.record_unmet(last.text, kind="unhelpful", entry=entry, asker=member)
        elif last.picked and entry == last.reached[0]:
            self._memory.record_unmet(last.text, kind="retry", entry=entry, asker=member)

    def forget(self, member: int) -> bool:
        """Let go of what the member asked; whether there was anything."""
        return self._last.forget(member)

    def _found_at_last(self, member: int, failed: str, entry: str, found_by: str) -> None:
        """The same words again, which found something this time, are no other wording."""
        if failed != found_by:
            self._memory.record_unmet(failed, kind="retry", entry=entry, asker=member)
