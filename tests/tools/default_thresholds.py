"""Writes bot/matching/data/calibration.json: the thresholds for knowledge folders that bring no recorded questions.

    PYTHONPATH=. python tests/tools/default_thresholds.py data_full.json

They are fitted on three things at once, so that no subject has its way: the shipped entries with the part `dev` of
their recorded questions, and the intents of CLINC150 (Larson and others 2019, github.com/clinc/oos-eval, CC BY 3.0)
with 5 and with 20 training phrasings each, asked a sample of its validation questions and its off-topic training and
validation questions, three covered for two off-topic as in the recorded ones. Its test questions stay unseen. The
length of a question is left out: what it tells differs most from subject to subject.
"""

import json
import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bot.curation.calibrate import Judged, fit_judged, judge
from bot.knowledge import Library, RecordedQuestion, read_library, read_recorded
from bot.matching.decision import Calibration, Calibrations
from bot.matching.matcher import Matcher
from tests.folders import entry_text, write_folder

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "bot" / "matching" / "data" / "calibration.json"
TODAY = date(2026, 11, 22)
COVERED = 300
Case = tuple[Library, Sequence[RecordedQuestion]]
"""A library and the questions that are asked of it."""


def shipped() -> Case:
    library = read_library(ROOT / "knowledge", TODAY).library
    return library, read_recorded(ROOT / "knowledge", library.entries)[0]["dev"]


def intents(data: dict[str, list[tuple[str, str]]], each: int, folder: Path) -> Case:
    """CLINC150 as a knowledge folder with `each` phrasings an entry."""
    asked: defaultdict[str, list[str]] = defaultdict(list)
    for text, intent in data["train"]:
        asked[intent.replace("_", "-")].append(text)
    rng = random.Random(1)  # noqa: S311 - only has to come out the same
    files = {
        f"intents/{name}.md": entry_text(name, rng.sample(sorted(set(asked[name])), each)) for name in sorted(asked)
    }
    library = read_library(write_folder(folder, files), TODAY).library
    covered = rng.sample(sorted(map(tuple, data["val"])), COVERED)
    questions = [(text, (intent.replace("_", "-"),)) for text, intent in covered]
    questions += [(text, ()) for text, _ in data["oos_val"] + data["oos_train"]]
    return library, [RecordedQuestion(text, entries, "", 0) for text, entries in questions]


def fitted(cases: Sequence[Case], *, trained: bool) -> Calibration:
    judged: list[Judged] = []
    for library, questions in cases:
        judged += judge(Matcher(library).trained() if trained else Matcher(library), questions)
    return fit_judged(judged, trained=trained, left_out=["length"])


def main(data_file: Path, scratch: Path) -> None:
    data = json.loads(data_file.read_text(encoding="utf-8"))
    cases = [shipped(), intents(data, 5, scratch / "few"), intents(data, 20, scratch / "many")]
    calibrations = Calibrations(fitted(cases, trained=True), fitted(cases, trained=False))
    TARGET.write_text(calibrations.dump(), encoding="utf-8")


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as temporary:
        main(Path(sys.argv[1]), Path(temporary))
