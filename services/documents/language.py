"""The language of a text as its script tells it; which words it uses is nothing that a script can say."""

import re

from services.events.knowledge import Language

_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile(r"[\u3041-\u30fa]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_CODE = re.compile(r"```.*?```|`[^`\n]*`|https?://\S+", re.DOTALL)
MIXED_MIN, MIXED_MAX = 0.10, 0.90
KANA_MIN = 0.05


def language_of(text: str) -> Language:
    """Return the language of a text: Chinese by the share of its characters among these and Latin words.

    Code and addresses are Latin in every language and are not looked at.
    """
    prose = _CODE.sub(" ", text)
    chinese, kana, latin = (len(found.findall(prose)) for found in (_CHINESE, _KANA, _LATIN))
    letters = chinese + kana + latin
    if not letters:
        return "und"
    if kana / letters >= KANA_MIN:
        return "ja"
    share = chinese / letters
    if share < MIXED_MIN:
        return "en"
    return "zh" if share >= MIXED_MAX else "mul"
