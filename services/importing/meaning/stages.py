"""Stages of pipelines: what their words mean, their usual order and their ids."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from services.identity import identify, normalised

StageKind = Literal["open", "won", "lost"]

_NO_LETTER = re.compile(r"[\W\d_]+")
_BRACKETS = re.compile(r"[(\[【（].*?[)\]】）]")
_PLAIN_ID = re.compile(r"^[a-z0-9][a-z0-9_.\-]{0,63}$")
_WON = frozenset(
    "won win wins closedwon wonclosed dealwon wondeal closewon successful closedsuccessful "
    "赢单 已赢单 赢单关闭 成交 已成交 成交客户 成功关闭 赢 已签约 签约成功 中标 已中标 成单 已成单".split()
)
_LOST = frozenset(
    """lost lose loss closedlost lostclosed deallost lostdeal closelost closednotwon notwon unsuccessful
    abandoned 输单 已输单 输单关闭 丢单 已丢单 失单 败单 战败 未成交 流失 已流失 失败 失败关闭 关闭输单 未中标
    输""".split()
)
_OPEN = frozenset("open inprogress ongoing 进行中 跟进中 打开 未关闭".split())
# The usual way of a deal; words that stand together are one step.
_USUAL = (
    """new lead leads incoming inbound suspect 线索 潜在客户 新建 新商机 初步接触""",
    """prospect prospecting prospects contacted contact connected contactmade initialcontact
    联系 已联系 接触 初步沟通 建立联系""",
    """appointmentscheduled appointment meetingscheduled discovery engaging engaged demoscheduled
    预约 拜访 首次拜访""",
    """qualification qualified qualifying qualifiedtobuy assessment evaluation needsanalysis needsassessment
    needsdefined 立项 需求分析 需求确认 需求调研 确认需求 需求沟通 资格确认 验证客户""",
    """valueproposition iddecisionmakers decisionmakers perceptionanalysis presentation
    presentationscheduled demo
    decisionmakerboughtin solution technicalvalidation trial poc
    方案 方案演示 演示 产品演示 试用 方案制定 解决方案""",
    """proposal proposalsent proposalmade quote quoted quotation proposalpricequote pricequote
    报价 方案报价 提交方案 方案提交 报价中 已报价 投标 招投标""",
    """negotiation negotiating negotiations negotiationreview negotiationsstarted review
    谈判 商务谈判 谈判审核 商务洽谈 谈判中""",
    """contract contractsent contractsigned verbal verbalcommit commit committed legal procurement approval
    合同 合同签订 合同审批 签约 签订合同 合同流程""",
)
_RANKS = {word: rank for rank, words in enumerate(_USUAL) for word in words.split()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """A stage as an export knows it. `probability` is a decimal from 0 to 1, "" where it has none."""

    id: str
    name: str
    kind: StageKind
    order: int | None = None
    probability: str = ""


@lru_cache(maxsize=4_096)
def core(word: str) -> str:
    """Return a stage word without case, digits, signs and brackets: “5. Closed-Won (100%)” is “closedwon”."""
    text = unicodedata.normalize("NFKC", word).casefold()
    return _NO_LETTER.sub("", _BRACKETS.sub("", text) or text) or text


def kind_of(word: str, won: frozenset[str], lost: frozenset[str]) -> StageKind:
    """Return what a stage word means; `won` and `lost` are normalised words that go before the usual ones."""
    said = normalised(word)
    if said in won:
        return "won"
    if said in lost:
        return "lost"
    plain = core(word)
    return "won" if plain in _WON else "lost" if plain in _LOST else "open"


def is_known(word: str) -> bool:
    """Return whether a word is one that stages or states of deals usually have."""
    plain = core(word)
    return plain in _WON or plain in _LOST or plain in _OPEN or plain in _RANKS


def is_state(word: str) -> bool:
    """Return whether a word says only that a deal is open, won or lost."""
    plain = core(word)
    return plain in _WON or plain in _LOST or plain in _OPEN


def in_order(stages: Iterable[Stage]) -> list[Stage]:
    """Return stages of one pipeline, first seen first, in the order that the export or usage gives them.

    Stages that neither knows keep their place behind the one that they were first seen after.
    """
    ranked: list[tuple[tuple[int, float, int], Stage]] = []
    behind = -1.0
    for seen, stage in enumerate(stages):
        behind = float(_RANKS.get(core(stage.name), behind) if stage.order is None else stage.order)
        ranked.append(((("open", "won", "lost").index(stage.kind), behind, seen), stage))
    return [stage for _, stage in sorted(ranked, key=lambda pair: pair[0])]


def probabilities(stages: list[Stage]) -> list[str]:
    """Return the probability of each stage in order: the export's, else even steps up to the win."""
    opened = sum(1 for stage in stages if stage.kind == "open")
    found, place = [], 0
    for stage in stages:
        place += stage.kind == "open"
        usual = {"won": "1", "lost": "0", "open": f"{Decimal(place) / (opened + 1):.2f}"}[stage.kind]
        found.append(stage.probability or usual)
    return found


def word_id(secret: bytes, kind: str, export: str, word: str) -> str:
    """Return the id of a stage: its own word where that can be an id, else a keyed hash of it."""
    plain = normalised(word).replace(" ", "_")
    return plain if _PLAIN_ID.match(plain) else identify(secret, kind, export, normalised(word))
