"""How many texts a CPU second reads: chunks of documents and questions in both languages, beside the original on torch.

The original is measured when sentence-transformers is installed, in the same run: documents in its own batches,
questions one by one, as they come, with one thread and with all.
"""

import argparse
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from api.settings import settings
from benchmarks.figures import Figure, show
from search.models.catalogue import CHINESE, ENGLISH
from search.models.embedder import Embedder
from search.models.failures import ExtraMissing
from search.models.fetch import fetch
from search.models.onnx import Reader
from search.models.original import load_original

HUB = "sentence-transformers/all-MiniLM-L6-v2"
CHUNK_TOKENS = 152
_ENGLISH = """the customer asked for a discount before the contract was signed and our champion left security review
price renewal trial support ticket owner stage proposal competitor budget legal team quarter forecast won lost"""
_CHINESE = """客户 要求 折扣 合同 签订 之前 我们 的 支持者 离开 了 安全 审查 价格 续约 试用 工单 阶段 报价 竞争
对手 预算 法务 季度 预测 赢单 输单"""
WORDS = {"en": _ENGLISH.split(), "zh": _CHINESE.split()}
JOINS = {"en": " ", "zh": ""}


def texts(language: str, reader: Reader, count: int, tokens: int, seed: int = 7) -> list[str]:
    """Return made-up texts of about so many tokens."""
    dice = random.Random(seed)
    found = []
    for _ in range(count):
        words: list[str] = []
        while reader.tokens(JOINS[language].join(words)) < tokens:
            words += dice.choices(WORDS[language], k=max(1, tokens // 16))
        found.append(JOINS[language].join(words))
    return found


def rates(read: Callable[[Sequence[str]], object], asked: Sequence[str], *, each: int) -> tuple[float, float]:
    """Return texts per CPU second and per second, `each` texts at a time; the first is read before, to warm up."""
    read(asked[:each])
    began, cpu = time.perf_counter(), time.process_time()
    for start in range(0, len(asked), each):
        read(asked[start : start + each])
    return len(asked) / (time.process_time() - cpu), len(asked) / (time.perf_counter() - began)


def measure(folder: Path, *, documents: int, questions: int, source: str) -> Iterator[Figure]:
    """Yield what a CPU second reads."""
    for name in (ENGLISH, CHINESE):
        fetch(folder, name)
    embedder = Embedder(folder)
    ours: dict[str, float] = {}
    chunks: dict[str, dict[str, list[str]]] = {}
    for language, name in (("en", ENGLISH), ("zh", CHINESE)):
        reader = Reader(folder, name)
        chunks[language] = {
            "chunks": texts(language, reader, documents, CHUNK_TOKENS),
            "questions": texts(language, reader, questions, 14),
        }
        for what, asked in chunks[language].items():
            cpu, wall = rates(embedder.encode, asked, each=32 if what == "chunks" else 1)
            ours[f"{language} {what}"] = cpu
            yield Figure(name=f"{_NAMES[language]} {what}, through bridge and routing", value=cpu, unit="/CPU-s")
            yield Figure(name=f"{_NAMES[language]} {what}, {os.cpu_count()} cores", value=wall, unit="/s")
    yield from _beside(chunks["en"], ours, source)


_NAMES = {"en": "English", "zh": "Chinese"}


def _beside(english: dict[str, list[str]], ours: dict[str, float], source: str) -> Iterator[Figure]:
    """Yield the same of the original, with one thread and with all, and how many times as much ours reads."""
    try:
        original = load_original(source)
    except ExtraMissing:
        return
    import torch

    best: dict[str, float] = {}
    for threads in sorted({1, os.cpu_count() or 1}):
        torch.set_num_threads(threads)
        for what, asked in english.items():
            each = len(asked) if what == "chunks" else 1
            cpu, _ = rates(lambda some: original.encode(list(some), batch_size=32), asked, each=each)
            best[what] = max(best.get(what, 0.0), cpu)
            yield Figure(name=f"sentence-transformers on torch, {what}, {threads} threads", value=cpu, unit="/CPU-s")
    for what, goal in (("chunks", "≥ 2.5"), ("questions", "≥ 5")):
        times = ours[f"en {what}"] / best[what]
        yield Figure(name=f"{what}: times the original's best", value=times, unit="times", goal=goal)


def main() -> None:
    """Measure and print."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--documents", type=int, default=400, help="chunks of 152 tokens, for each language")
    reading.add_argument("--questions", type=int, default=1_000, help="questions of 14 tokens, for each language")
    reading.add_argument("--original", default=HUB, help="folder or hub id of the original; needs the extra `models`")
    chosen = reading.parse_args()
    found = measure(
        settings().models_folder, documents=chosen.documents, questions=chosen.questions, source=chosen.original
    )
    show("Encoding", found)


if __name__ == "__main__":
    main()
