"""Thresholds that belong to one knowledge folder, kept beside its recorded questions.

A folder without any is judged by those that come with the code.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from bot.curation import training
from bot.curation.calibrate import fit
from bot.curation.keeping import write_whole
from bot.errors import KnowledgeError, UsageError
from bot.knowledge import Library, RecordedQuestion
from bot.knowledge.recorded import THRESHOLDS
from bot.matching.decision import Calibrations
from bot.matching.matcher import Matcher

FILE = Path("questions", THRESHOLDS)
PART = "dev"
"""The recorded questions that thresholds are fitted on; the others are for reporting."""
LEAST_COVERED, LEAST_OFF_TOPIC = 50, 20
"""Recorded questions of each kind below which a fit would follow chance."""


def can_fit(parts: Mapping[str, Sequence[RecordedQuestion]]) -> bool:
    """Whether there are enough recorded questions to fit thresholds on."""
    off_topic = sum(recorded.off_topic for recorded in parts.get(PART, ()))
    return off_topic >= LEAST_OFF_TOPIC and len(parts.get(PART, ())) - off_topic >= LEAST_COVERED


def is_current(library: Library, questions: Sequence[RecordedQuestion]) -> bool:
    """Whether the kept thresholds were fitted on these entries and questions, by this version of the code."""
    try:
        Calibrations.parse(library.thresholds)
        kept = json.loads(library.thresholds)
    except (ValueError, LookupError, TypeError):
        return False
    return isinstance(kept, dict) and kept.get("fitted_on") == _digest(library, questions)


def fit_and_keep(
    folder: Path,
    library: Library,
    parts: Mapping[str, Sequence[RecordedQuestion]],
    *,
    matcher: Matcher | None = None,
) -> Calibrations:
    """Fit on the part `dev`, with a classifier and without, and keep the result beside the recorded questions.

    `matcher`, trained on this library before, saves training another.

    Raises:
        KnowledgeError: there are too few recorded questions, or nothing in them can be learned from.
        UsageError: the folder cannot be written.
    """
    if not can_fit(parts):
        raise KnowledgeError(
            f"Thresholds need {LEAST_COVERED} questions with an entry and {LEAST_OFF_TOPIC} with none in"
            f" questions/{PART}.md; until then those that come with the code serve."
        )
    trained = matcher or Matcher(library).trained()
    calibrations = Calibrations(fit(trained, parts[PART]), fit(trained.taught(None), parts[PART]))
    text = calibrations.dump({"fitted_on": _digest(library, parts[PART])})
    try:
        write_whole(folder / FILE, text)
    except OSError as error:
        raise UsageError(f"The fitted thresholds cannot be kept in {FILE} ({error.strerror}).") from error
    return calibrations


def _digest(library: Library, questions: Sequence[RecordedQuestion]) -> str:
    asked = sorted((recorded.previous or "", recorded.question, *recorded.entries) for recorded in questions)
    return sha256(json.dumps([library.version, training.FORMAT, asked]).encode()).hexdigest()[:16]
