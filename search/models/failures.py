"""What can go wrong with models, each saying what to do."""

from collections.abc import Sequence

from services.errors import PacelineError

FETCH = "`paceline models fetch`"


class ModelMissing(PacelineError):
    """Models that are not on this machine."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        one = len(names) == 1
        which = f"model {names[0]}, which is" if one else f"models {', '.join(names)}, which are"
        super().__init__(f"Reading by meaning needs the {which} not on this machine: run {FETCH}.")


class ModelUnknown(PacelineError):
    """A name that is no model's."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(
            f"There is no model “{name}”. There are: {', '.join(known)}. Any other sentence-transformers model becomes "
            "one with `paceline models export ID-OR-FOLDER`."
        )


class ModelBroken(PacelineError):
    """A model whose files are not what they should be."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"The model {name} cannot be used: {reason}. Run {FETCH} {name} --again, or export it anew.")


class FetchFailed(PacelineError):
    """A model that did not come."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"The model {name} could not be fetched: {reason}. What had come before is kept; run {FETCH} again. A "
            "machine without a network takes the file from a folder: --from FOLDER."
        )


class BridgeMissing(PacelineError):
    """Two models that no bridge joins."""

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(
            f"No bridge joins {english} and {chinese}. Train one from pairs of translations with `paceline models "
            f"bridge PAIRS… --english {english} --chinese {chinese}`, or go back to the models that come with one: "
            "`paceline models use all-minilm-l6-v2`."
        )


class BridgeBroken(PacelineError):
    """A file that should hold a bridge and does not."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file} is no bridge: {reason}. Remove it, or train it again with `paceline models bridge`.")


class PairsTooFew(PacelineError):
    """Less than a bridge can be trained on."""

    def __init__(self, pairs: int, least: int) -> None:
        super().__init__(f"A bridge needs {least} pairs of translations at least; there are {pairs}.")


class ExtraMissing(PacelineError):
    """Work that needs sentence-transformers, which is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "This needs sentence-transformers, which is large and not installed by default: "
            "pip install 'paceline[models]'."
        )


class ModelUnsupported(PacelineError):
    """A sentence-transformers model that cannot become an ONNX model of Paceline."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source} cannot be used: {reason}.")


class JudgementsTooFew(PacelineError):
    """Less than a model can be tuned on."""

    def __init__(self, questions: int, least: int) -> None:
        super().__init__(
            f"Tuning needs {least} questions with documents that answer them at least; there are {questions}."
        )


class NameTaken(PacelineError):
    """A name that a model of one's own cannot have."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}” cannot be the name of your model: use letters, digits, dots and dashes, and no name of the "
            "catalogue."
        )


class EncoderBusy(PacelineError):
    """More texts than can wait to be read."""

    def __init__(self, what: str, most: int) -> None:
        super().__init__(f"{most} {what} wait to be read already. Ask again in a moment.")


class TuningUseless(PacelineError):
    """A model that answers no better after tuning."""

    def __init__(self, before: float, after: float) -> None:
        super().__init__(
            f"Tuning did not help: nDCG@10 of the questions kept back went from {before:.3f} to {after:.3f}. Nothing "
            "was made. More judgements help, or another number of --passes."
        )
