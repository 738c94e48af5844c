"""The bridge that comes along can be made again from public pairs, and is as good as its datasheet says."""

import os
from pathlib import Path

import pytest

from search.models.bridge import find
from search.models.building import build
from search.models.catalogue import CATALOGUE, CHINESE, ENGLISH
from search.models.pairs import read_pairs

PAIRS = os.environ.get("PACELINE_TEST_PAIRS", "")
MODELS = (CATALOGUE[ENGLISH].model, CATALOGUE[CHINESE].model)


@pytest.mark.nightly
@pytest.mark.skipif(not PAIRS, reason="PACELINE_TEST_PAIRS names no folder with files of pairs")
def test_public_pairs_make_the_bridge_again(models: Path) -> None:
    """Trained anew on the public pairs, at least 94 of 100 translations held out are found first, both ways."""
    pairs = read_pairs(sorted(Path(PAIRS).glob("*.tsv.gz")))
    made = build(models, MODELS, pairs)
    assert made.held_out == 1_000
    assert min(made.chinese_to_english, made.english_to_chinese) >= 0.94
    assert made.bridge.turn.shape == find(models, *MODELS).turn.shape
