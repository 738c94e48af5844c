"""Events in, one at a time or in batches."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Header, Query, Request, Response

from api.asking import HouseHere
from api.door import BatchAnswer, Key, Reply, key_of, source_of
from api.problems import documented, problem
from api.settings import BATCH_MAX_BYTES, BODY_MAX_BYTES
from api.wiring import House
from services.errors import Rejected
from services.events.decode import BATCH_MAX, Item, decode_items, parse, read

router = APIRouter(prefix="/api", tags=["events"])

ONE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
PLAIN = "application/json"
KEY_MAX = 255
_EVENT: dict[str, object] = {"type": "object", "description": "A CloudEvent 1.0; AsyncAPI has every type."}
_WHOLE: dict[int | str, dict[str, object]] = {
    400: documented("No JSON, an empty body or batch, or what is no key."),
    413: documented("Too large a body or batch."),
    415: documented("Another media type or an encoding."),
    503: documented("Overloaded, or the store cannot be written; nothing was stored."),
}
ONE_ANSWERS = _WHOLE | {
    200: {"description": "Known already; nothing changed."},
    202: {"description": "On the disk."},
    409: documented("The id came before with other content, or the same key is being answered."),
    422: documented("The event cannot be accepted."),
}
BATCH_ANSWERS = _WHOLE | {
    202: {"description": "All were accepted or known."},
    207: {"description": "Some were refused; each item says what became of it."},
    409: documented("The same key is being answered."),
    422: {"description": "None was accepted; each item says why. Or a problem: the key came with another request."},
}


def _body(media: tuple[str, ...], schema: dict[str, object]) -> dict[str, object]:
    return {"requestBody": {"required": True, "content": {name: {"schema": schema} for name in media}}}


ONE_BODY = _body((ONE, PLAIN), _EVENT)
BATCH_BODY = _body((BATCH, PLAIN), {"type": "array", "items": _EVENT, "minItems": 1, "maxItems": BATCH_MAX})
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key")]


async def body_of(request: Request, limit: int, media: tuple[str, ...]) -> bytes:
    """Return the body of a request; refuse encodings, media types and sizes that are not for this door."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Rejected("content_encoding", "send the body without Content-Encoding", status=415)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in media:
        raise Rejected("media_type", f"send {media[0]}", status=415)
    too_large = Rejected("too_large", f"a body may have {limit} bytes", status=413)
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > limit:
        raise too_large
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > limit:
            raise too_large
    return bytes(found)


def asked_key(request: Request, body: bytes) -> Key | None:
    """Return the Idempotency-Key of a request; refuse two of them, and one that is no key."""
    keys = request.headers.getlist("idempotency-key")
    if not keys:
        return None
    if len(keys) > 1 or not 1 <= len(keys[0]) <= KEY_MAX or not keys[0].isprintable():
        raise Rejected("idempotency_key", f"send one key of 1 to {KEY_MAX} printable characters", status=400)
    return key_of(keys[0], f"{request.method} {request.url.path}?{request.url.query}", body)


async def _refused(house: House, refusal: Rejected, source: str) -> Rejected:
    """Count a delivery that was refused as a whole."""
    await house.door.refused(source)
    return refusal


@router.post("/events", status_code=202, responses=ONE_ANSWERS, openapi_extra=ONE_BODY)
async def take_one(request: Request, house: HouseHere, idempotency_key: IdempotencyKey = None) -> Response:
    """Take one event: 202 when it is new, 200 when it is known, 409 when its id has other content."""
    source = source_of(None)
    try:
        body = await body_of(request, BODY_MAX_BYTES, (ONE, PLAIN))
        value = parse(body)
        source = source_of(value)
        item = read(value, now_us=house.clock())
        key = asked_key(request, body)
    except Rejected as refusal:
        raise await _refused(house, refusal, source) from None
    reply = await house.door.batch([item], [source], atomic=False, key=key)
    return _single(reply)


@router.post("/events/batch", status_code=202, responses=BATCH_ANSWERS, openapi_extra=BATCH_BODY)
async def take_batch(
    request: Request,
    house: HouseHere,
    atomic: Annotated[bool, Query(description="All or nothing.")] = False,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Take up to 1,000 events in one transaction; 207 when some were refused, each with its reason."""
    try:
        body = await body_of(request, BATCH_MAX_BYTES, (BATCH, PLAIN))
        value = parse(body)
        items: list[Item] = decode_items(value, now_us=house.clock())
        key = asked_key(request, body)
    except Rejected as refusal:
        raise await _refused(house, refusal, source_of(None)) from None
    sources = [source_of(one) for one in value] if isinstance(value, list) else []
    reply = await house.door.batch(items, sources, atomic=atomic, key=key)
    return Response(reply.body, status_code=reply.status, media_type=PLAIN)


def _single(reply: Reply) -> Response:
    """Return the answer to one event from that to a batch of one."""
    answer = msgspec.json.decode(reply.body, type=BatchAnswer).items[0]
    if answer.problem:
        place = {"pointer": "/id", "code": "id_conflict", "detail": "came before with other content"}
        return problem(answer.status, answer.problem["code"], "The first event of this id was kept.", errors=[place])
    return Response(msgspec.json.encode(answer), status_code=answer.status, media_type=PLAIN)
