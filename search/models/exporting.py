"""Exporting: a sentence-transformers model becomes an eight-bit ONNX model of Paceline; needs the extra `models`."""

import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from search.models.checking import EXPECTED, record, sentences
from search.models.failures import ExtraMissing, ModelUnsupported
from search.models.fetch import file_sha256, put
from search.models.model import TOKENIZER, WEIGHTS, Language, Model, Pooling, write_card
from search.models.original import load_original, read_original

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TOKENS_MAX = 512
OPSET = 17
_POOLINGS: dict[str, Pooling] = {"mean": "mean", "cls": "first"}
_UNKNOWN = "as stated by its authors"


def export(source: str, folder: Path, name: str, language: Language, *, origin: str = "") -> Model:
    """Return a model that lies in a folder from now on, made of one that sentence-transformers loads.

    `origin` says where it came from when that is not `source`.
    Its weights are quantised for each channel: for whole matrices they would lose two points of nDCG. Raise
    `ExtraMissing`, or `ModelUnsupported` when it cannot be made or reads otherwise than its original.
    """
    original = load_original(source)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=folder) as unfinished:
        place = Path(unfinished) / name
        place.mkdir()
        pooling = _pooling(original, source)
        _write_weights(original, source, place)
        _write_tokenizer(original, source, place)
        model = _described(original, pooling, origin or f"exported from {source}", name, language, place)
        write_card(place, model)
        expected = read_original(original, sentences(language))
        record(place / EXPECTED, {model.identity: expected})
        _prove(Path(unfinished), model, source)
        put(place, folder / name)
    return model


def _write_weights(original: "SentenceTransformer", source: str, place: Path) -> None:
    """Write the states of all tokens as an ONNX model in eight bits."""
    try:
        from onnxruntime.quantization import QuantType, quantize_dynamic
    except ImportError:
        raise ExtraMissing from None
    whole = place / "whole.onnx"
    try:
        _trace(original, whole)
    except (RuntimeError, TypeError, ValueError, AttributeError) as error:
        raise ModelUnsupported(source, f"torch cannot export it ({str(error).splitlines()[0]})") from None
    quantize_dynamic(whole, place / WEIGHTS, per_channel=True, weight_type=QuantType.QInt8)
    whole.unlink()


def _trace(original: "SentenceTransformer", path: Path) -> None:
    """Write the transformer of a model as an ONNX model whose only output are the states of all tokens."""
    import torch

    given = set(original.tokenizer.model_input_names)
    names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in given]

    def forward(module: "_States", *values: object) -> object:
        return module.inner(**dict(zip(names, values, strict=True))).last_hidden_state

    states = type("States", (torch.nn.Module,), {"forward": forward})()
    states.inner = original[0].auto_model.eval()
    example = torch.ones((1, 8), dtype=torch.long)
    with torch.no_grad(), warnings.catch_warnings():
        # The newer exporter needs more packages and does not quantise as well; the older one says that it is older.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            states,
            tuple(example for _ in names),
            str(path),
            input_names=names,
            output_names=["states"],
            dynamic_axes={name: {0: "texts", 1: "tokens"} for name in (*names, "states")},
            opset_version=OPSET,
            dynamo=False,
        )


class _States(Protocol):
    """What holds the transformer."""

    def inner(self, **values: object) -> "_Output":
        """Return the output of the transformer."""


class _Output(Protocol):
    """What a transformer returns."""

    last_hidden_state: object


def _write_tokenizer(original: "SentenceTransformer", source: str, place: Path) -> None:
    fast = getattr(original.tokenizer, "backend_tokenizer", None)
    if fast is None:
        raise ModelUnsupported(source, "its tokenizer has no fast form")
    fast.save(str(place / TOKENIZER))


def _described(
    original: "SentenceTransformer", pooling: Pooling, origin: str, name: str, language: Language, place: Path
) -> Model:
    return Model(
        name=name,
        language=language,
        width=int(original.get_embedding_dimension()),
        tokens_max=min(int(original.max_seq_length or TOKENS_MAX), TOKENS_MAX),
        pooling=pooling,
        licence=str(getattr(original.model_card_data, "license", None) or _UNKNOWN),
        origin=origin,
        model_sha256=file_sha256(place / WEIGHTS),
        tokenizer_sha256=file_sha256(place / TOKENIZER),
        lowercase=bool(getattr(original[0], "do_lower_case", False)),
        query_prefix=str((original.prompts or {}).get("query") or ""),
    )


def _pooling(original: "SentenceTransformer", source: str) -> Pooling:
    """Return how states become one vector; raise `ModelUnsupported` for what is done otherwise or afterwards."""
    kinds = [type(module).__name__ for module in original]
    if kinds[:2] != ["Transformer", "Pooling"] or any(kind != "Normalize" for kind in kinds[2:]):
        raise ModelUnsupported(
            source, f"only Transformer, Pooling and Normalize are understood, not {', '.join(kinds)}"
        )
    mode = original[1].pooling_mode
    if mode not in _POOLINGS:
        raise ModelUnsupported(source, f"its pooling is {mode}; only mean and cls are understood")
    return _POOLINGS[mode]


def _prove(folder: Path, model: Model, source: str) -> None:
    """Raise `ModelUnsupported` when the finished model reads otherwise than its original."""
    from search.models.checking import check

    for finding in check(folder, model.name):
        if finding.what == "unknown" and not finding.good:
            raise ModelUnsupported(
                source, f"it does not know {finding.detail}; say what it reads with --language en or --language zh"
            )
        if not finding.good:
            raise ModelUnsupported(source, f"as an ONNX model it is not the same: {finding.what}, {finding.detail}")
