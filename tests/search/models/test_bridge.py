"""A bridge is trained from pairs, and finds the map that is there."""

from pathlib import Path

import numpy as np
import pytest

from search.models import bridge, training
from search.models.catalogue import CATALOGUE, CHINESE, ENGLISH
from search.models.choice import FOLDER
from search.models.failures import BridgeBroken, BridgeMissing
from search.models.training import Training, found_first, train
from search.models.vectors import Vectors, unit

MODELS = (CATALOGUE[ENGLISH].model, CATALOGUE[CHINESE].model)
PAIRS, WIDTH, WIDER = 1_500, 24, 32
HELD_OUT = 300


def pairs(noise: float, *, seed: int = 3) -> tuple[Vectors, Vectors, Vectors]:
    """Return English vectors, the same seen through a hidden rotation with a shift and noise, and the rotation."""
    dice = np.random.default_rng(seed)
    meaning = dice.normal(size=(PAIRS, WIDTH))
    hidden = np.linalg.qr(dice.normal(size=(WIDER, WIDTH)))[0]
    english = unit(meaning + dice.normal(size=WIDTH) * 0.5)
    chinese = meaning @ hidden.T + dice.normal(size=WIDER) * 0.5 + noise * dice.normal(size=(PAIRS, WIDER))
    return english, unit(chinese), hidden.astype(np.float32)


def test_a_hidden_rotation_is_found() -> None:
    """From vectors of pairs alone, the rotation that made one side from the other comes out."""
    dice = np.random.default_rng(3)
    english = dice.normal(size=(PAIRS, WIDTH)).astype(np.float32)
    hidden = np.linalg.qr(dice.normal(size=(WIDER, WIDTH)))[0].astype(np.float32)
    found = training.rotation(english @ hidden.T, english)
    assert np.abs(found - hidden).max() < 1e-5


def test_translations_that_were_not_trained_on_are_found() -> None:
    """A bridge finds the translations of sentences that it has never seen, in both directions."""
    english, chinese, _ = pairs(noise=0.1)
    made = train(english[HELD_OUT:], chinese[HELD_OUT:], MODELS)
    asked = found_first(made.from_english(english[:HELD_OUT]), made.from_chinese(chinese[:HELD_OUT]))
    assert min(asked) > 0.99


def test_the_contrast_improves_on_the_rotation() -> None:
    """With noise in some directions the contrast finds more translations than the rotation alone."""
    dice = np.random.default_rng(5)
    english, chinese, _ = pairs(noise=0.0)
    chinese = unit(chinese + dice.normal(size=chinese.shape) * np.linspace(0, 0.35, WIDER))
    kept = Training(passes=0)
    shares = []
    for how in (kept, Training(passes=10, batch=256, rate=0.004)):
        made = train(english[HELD_OUT:], chinese[HELD_OUT:], MODELS, training=how)
        shares.append(found_first(made.from_english(english[:HELD_OUT]), made.from_chinese(chinese[:HELD_OUT]))[0])
    assert shares[1] > shares[0] + 0.05


def test_the_gradient_is_that_of_the_contrast() -> None:
    """The gradient agrees with differences of the loss itself."""
    dice = np.random.default_rng(1)
    sources, turn = dice.normal(size=(6, 5)), dice.normal(size=(5, 4))
    targets = dice.normal(size=(6, 4))
    targets /= np.linalg.norm(targets, axis=1, keepdims=True)

    def loss(map_: np.ndarray) -> float:
        units = sources @ map_
        units /= np.linalg.norm(units, axis=1, keepdims=True)
        cosines = 20 * units @ targets.T
        ways = [np.log(np.exp(one).sum(axis=1)) - np.diag(one) for one in (cosines, cosines.T)]
        return float(np.mean(ways))

    found = training.gradient(sources, targets, turn, 20.0)
    for place in np.ndindex(turn.shape):
        nudge = np.zeros_like(turn)
        nudge[place] = 1e-6
        assert found[place] == pytest.approx((loss(turn + nudge) - loss(turn - nudge)) / 2e-6, abs=1e-5)


def test_training_twice_gives_the_same_bridge() -> None:
    """The same pairs give the same bridge."""
    english, chinese, _ = pairs(noise=0.2)
    assert train(english, chinese, MODELS).identity == train(english, chinese, MODELS).identity


def test_a_bridge_is_kept_as_it_is(tmp_path: Path) -> None:
    """Saved and loaded, a bridge is the same, and is found by the models that it joins before any that came along."""
    english, chinese, _ = pairs(noise=0.2)
    made = train(english, chinese, MODELS, training=Training(passes=1))
    made.save(tmp_path / FOLDER / "own.npz")
    assert bridge.find(tmp_path, *MODELS).identity == made.identity


def test_models_without_a_bridge_are_told(tmp_path: Path) -> None:
    """Two models that no bridge was trained for are not joined by another one."""
    with pytest.raises(BridgeMissing, match="paceline models bridge"):
        bridge.find(tmp_path, MODELS[1], MODELS[0])


def test_what_is_no_bridge_is_told(tmp_path: Path) -> None:
    """A broken file is an error that names it."""
    broken = tmp_path / "half.npz"
    broken.write_bytes(b"PK\x03\x04")
    with pytest.raises(BridgeBroken, match=r"half\.npz"):
        bridge.load(broken)
