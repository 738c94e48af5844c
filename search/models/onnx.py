"""A reader: one ONNX model with its tokenizer, in this process, on the processor.

Every text is read alone. Eight-bit models choose their scales from all that is in a batch, so that in a batch the same
text would get another vector each time (cosine .993 to .997); alone its vector is a function of the text. For texts of
the length of a paragraph that costs no time either: nothing is padded, and several threads read one text each.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from search.models.failures import ModelBroken
from search.models.model import TOKENIZER, WEIGHTS, Model, read_model
from search.models.vectors import Vectors, unit

THREADS_MAX = 4
# How models of the usual kinds call what they do not know; a vocabulary has one of them, or knows everything.
UNKNOWN = ("[UNK]", "<unk>")
# ONNX Runtime's own warnings about its graphs are of no use to anybody here; errors are.
_SEVERITY_ERROR = 3


class Reader:
    """Reads texts as vectors with one model; any thread may ask."""

    def __init__(self, folder: Path, name: str, *, threads: int | None = None) -> None:
        """Load a model of a folder; raise `ModelMissing` or `ModelBroken`."""
        self.model: Model = read_model(folder, name)
        self._threads = threads or min(THREADS_MAX, os.cpu_count() or 1)
        self._session = _session(folder / name / WEIGHTS, name)
        self._inputs = frozenset(one.name for one in self._session.get_inputs())
        self._tokenizer = _tokenizer(folder / name / TOKENIZER, self.model)
        known = [self._tokenizer.token_to_id(name) for name in UNKNOWN]
        self._unknown = frozenset(one for one in known if one is not None)

    def read(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Return unit vectors, float32 of shape (len(texts), width), in the order of the texts."""
        found = np.empty((len(texts), self.model.width), dtype=np.float32)
        if len(texts) < 2 or self._threads < 2:
            for row, text in enumerate(texts):
                found[row] = self._one(text, query)
            return unit(found)
        # The longest first, so that no thread is left with a long one in the end.
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        with ThreadPoolExecutor(self._threads, thread_name_prefix="reader") as pool:
            for row, vector in zip(order, pool.map(lambda row: self._one(texts[row], query), order), strict=True):
                found[row] = vector
        return unit(found)

    def tokens(self, text: str) -> int:
        """Return how many tokens of a text are read, at most the model's most."""
        return len(self._tokenizer.encode(self._shaped(text, query=False)).ids)

    def unknown(self, text: str) -> tuple[int, int]:
        """Return how many tokens of a text the model has no piece for, of how many; marks of its own are no tokens."""
        ids = self._tokenizer.encode(self._shaped(text, query=False), add_special_tokens=False).ids
        return sum(one in self._unknown for one in ids), len(ids)

    def _one(self, text: str, query: bool) -> Vectors:
        tokens = self._tokenizer.encode(self._shaped(text, query=query))
        ids = np.array([tokens.ids], dtype=np.int64)
        every = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        states: Vectors = self._session.run(None, {name: every[name] for name in self._inputs})[0][0]
        pooled: Vectors = states[0] if self.model.pooling == "first" else states.mean(axis=0)
        return pooled

    def _shaped(self, text: str, *, query: bool) -> str:
        prefixed = self.model.query_prefix + text if query else text
        return prefixed.lower() if self.model.lowercase else prefixed


def _session(path: Path, name: str) -> onnxruntime.InferenceSession:
    """Return a session that works in the thread that asks it, and does not spin while it waits."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = _SEVERITY_ERROR
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001 - every failure of the runtime is its own class
        raise ModelBroken(name, f"ONNX Runtime says {str(error).splitlines()[0]}") from None


def _tokenizer(path: Path, model: Model) -> Tokenizer:
    """Return a tokenizer that cuts at the model's most tokens; the files themselves say otherwise."""
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # noqa: BLE001 - the library raises nothing narrower
        raise ModelBroken(model.name, f"its tokenizer says {error}") from None
    tokenizer.no_padding()
    tokenizer.enable_truncation(model.tokens_max)
    return tokenizer
