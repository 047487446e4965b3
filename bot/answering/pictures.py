"""The picture of an answer, as words; faces that can show it fetch the drawing themselves."""

import logging

from bot.answering.answers import ShownPicture
from bot.answering.slots import dated
from bot.knowledge.entries import Entry
from bot.knowledge.library import Library

log = logging.getLogger("bot.answering")


def shown_picture(entry: Entry, library: Library) -> ShownPicture | None:
    """The picture that an entry names. None where it names none, or one that is not there or cannot be read: an answer
    never fails for want of a picture.
    """
    text = library.pictures.get(entry.picture)
    if text is None:
        return None
    # Loaded with the first picture that is shown: the start of the bot needs none of it.
    from bot.diagrams.reading import read_diagram  # noqa: PLC0415
    from bot.diagrams.words import text_twin  # noqa: PLC0415
    from bot.knowledge.problems import Problems  # noqa: PLC0415

    problems = Problems()
    diagram = read_diagram(f"pictures/{entry.picture}.toml", text, library.facts, dated, problems)
    if diagram is None:
        log.warning("The picture of %s is left out: %s", entry.id, next(iter(problems.sorted()), ""))
        return None
    return ShownPicture(entry.picture, diagram.alt, text_twin(diagram))
