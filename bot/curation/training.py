"""Trained classifiers kept in the data folder, so that a start need not train what an earlier one trained.

A file is named after the content it was trained on. One that is missing, damaged or made by another version of the
code is trained again; a data folder that cannot be written costs time, never an answer.
"""

import logging
from pathlib import Path

from bot.curation.keeping import keep_newest
from bot.knowledge import Library
from bot.matching.classifier import Classifier
from bot.matching.matcher import Matcher

log = logging.getLogger("bot.curation")

FOLDER = "models"
KEPT = 5
"""Files that stay; older ones go when a new one is written."""
FORMAT = 6
"""Counts up when features or training change, so that no file of an older code is taken."""


def model_file(data_dir: Path, library: Library) -> Path:
    """Where the classifier of a library is kept."""
    return data_dir / FOLDER / f"{library.version}-{FORMAT}.npz"


def load(data_dir: Path, library: Library) -> Classifier | None:
    """The classifier kept for a library, or None."""
    path = model_file(data_dir, library)
    try:
        return Classifier.parse(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        log.warning("The trained classifier in %s cannot be used (%s); it is trained again.", path.name, error)
        return None


def keep(data_dir: Path, library: Library, classifier: Classifier) -> bool:
    """Write a classifier for the next start, and say whether that was possible."""
    try:
        keep_newest(model_file(data_dir, library), classifier.dump(), KEPT)
    except OSError as error:
        log.warning("The trained classifier cannot be kept (%s); the next start trains again.", error.strerror)
        return False
    return True


def trained_matcher(data_dir: Path, library: Library) -> Matcher:
    """A matcher with its classifier, kept from before or trained now."""
    matcher = Matcher(library)
    known = matcher.taught(load(data_dir, library))
    return known if known.classifier else matcher.trained()


def trained_and_kept(data_dir: Path, library: Library) -> Matcher:
    """The same, and what was trained now is kept for whoever needs it next."""
    matcher = trained_matcher(data_dir, library)
    if matcher.classifier and not model_file(data_dir, library).exists():
        keep(data_dir, library, matcher.classifier)
    return matcher
