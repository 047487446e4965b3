"""Greetings, thanks and interjections: messages that ask nothing. Pure; general English, no subject."""

from collections.abc import Sequence
from typing import Final

from bot.matching.features import STOPWORDS
from bot.matching.lexicon import PhraseTable

_PHRASES: Final = (
    "how are you|how are u|how are you doing|how is it going|hows it going|how do you do|whats up|what is up|whats new"
    "|how is everyone|what a day|who cares|you too|same here|that is what i thought"
)
_WORDS: Final = frozenset(
    """
    gm gn ga gmgm hi hiya hello hey heya heyo hola yo sup wassup greetings welcome bye goodbye cya later night morning
    evening afternoon day weekend thanks thank thx thks ty tysm tyvm cheers appreciated appreciate grateful np welcome
    lol lmao rofl haha hahaha hehe heh xd wow omg damn nice cool great good awesome amazing excellent perfect sweet neat
    based wonderful brilliant fantastic lovely love lovely best fine ok okay kk okey alright right sure yes yeah yep yup
    ya yea no nope nah oh ah aha hm hmm hmmm huh ooh oof ouch wagmi lfg fren frens ser sers bro bros bruh dude man mate
    guys folks fam friend friends team all everyone everybody chat got it makes sense understood noted exactly true
    agreed indeed absolutely definitely again see soon back here well too now today such work job helpful useful help
    helped interesting funny crazy bye sorry worries problem
    """.split()  # noqa: SIM905 - a paragraph of words reads better than a list of quotes
)
_NOTHING: Final = PhraseTable({tuple(phrase.split()): () for phrase in _PHRASES.split("|")})
_CALLS: Final = frozenset("help work problem again now".split())  # noqa: SIM905
"""Words that stand in thanks but, without any, may call for something: "help", "problem again"."""


def is_chatter(words: Sequence[str]) -> bool:
    """Whether plain words hold nothing but a greeting, thanks or an interjection. No words are no chatter."""
    left = set(_NOTHING.replace(words))
    if not left <= _WORDS | STOPWORDS:
        return False
    return bool(words) and not (left & _CALLS and left <= _CALLS | STOPWORDS - {"thanks"})
