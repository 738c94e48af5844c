"""Texts are read beside the event loop, and those who ask do not wait for documents."""

import asyncio
import threading
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from search.models.failures import EncoderBusy, ModelMissing
from search.models.vectors import Vectors
from search.models.worker import EncodingWorker
from tests.search.models.letters import Letters


@pytest.fixture
def letters() -> Letters:
    """Return an embedder that counts letters."""
    return Letters()


@pytest.fixture
def worker(letters: Letters) -> Iterator[EncodingWorker]:
    """Give a worker in front of it with room for three."""
    found = EncodingWorker(lambda: letters, waiting_max=3)
    yield found
    letters.gate.set()
    found.close()


async def test_vectors_come_in_the_order_of_the_texts(worker: EncodingWorker) -> None:
    """However many texts there are and however long, each gets its own vector."""
    texts = ["abc" * (number * 7 % 11) + chr(97 + number % 8) for number in range(100)]
    assert np.array_equal(await worker.encode(texts), Letters().encode(texts))
    assert (await worker.encode([])).shape == (0, 8)


async def test_a_question_does_not_wait_for_documents(worker: EncodingWorker, letters: Letters) -> None:
    """While documents are being read a question is answered."""
    letters.gate.clear()
    documents = asyncio.create_task(worker.encode(["one", "two"]))
    assert (await worker.encode(["why"], query=True)).shape == (1, 8)
    assert not documents.done()
    letters.gate.set()
    assert (await documents).shape == (2, 8)


async def test_sentences_of_an_answer_are_read_beside_documents() -> None:
    """What somebody waits for, though it is no question, is read by the thread for questions."""
    threads: dict[str, str] = {}

    class Threads(Letters):
        """Says which thread has read what."""

        def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
            threads.update(dict.fromkeys(texts, threading.current_thread().name.rpartition("_")[0]))
            return super().encode(texts, query=query)

    worker = EncodingWorker(Threads)
    await worker.encode(["a document"])
    await worker.encode(["a sentence"], soon=True)
    assert threads == {"a document": "reading-documents", "a sentence": "reading-questions"}
    worker.close()


async def test_the_queue_is_bounded(worker: EncodingWorker, letters: Letters) -> None:
    """One more than can wait is refused with what to do; afterwards there is room again."""
    letters.gate.clear()
    waiting = [asyncio.create_task(worker.encode([str(number)])) for number in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(EncoderBusy, match="3 documents wait"):
        await worker.encode(["one more"])
    letters.gate.set()
    await asyncio.gather(*waiting)
    assert (await worker.encode(["one more"])).shape == (1, 8)


async def test_nothing_is_read_on_the_event_loop(letters: Letters) -> None:
    """Loading and reading happen in threads of their own."""
    threads: set[str] = set()

    def load() -> Letters:
        threads.add(threading.current_thread().name.rpartition("_")[0])
        return letters

    worker = EncodingWorker(load)
    await worker.encode(["one"], query=True)
    assert threads == {"reading-questions"}
    assert await worker.name() == "letters"
    worker.close()


async def test_models_that_come_later_need_no_restart(letters: Letters) -> None:
    """While models are missing each call says so; once they are there the next call reads."""
    missing = True

    def load() -> Letters:
        if missing:
            raise ModelMissing(["small"])
        return letters

    worker = EncodingWorker(load)
    for _ in range(2):
        with pytest.raises(ModelMissing, match="paceline models fetch"):
            await worker.encode(["one"])
    missing = False
    assert (await worker.encode(["one"])).shape == (1, 8)
    worker.close()
