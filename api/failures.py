"""Failures turned into answers: a problem for programs, a page for browsers."""

import sqlite3

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from api import pages
from api.door import KeyReused, KeyRunning
from api.guard import secure
from api.knowledge.acting import DocumentBuried, DocumentChanged, NotYours
from api.knowledge.questions import AnswerUnreadable, NotYourQuestion, QuestionClosed
from api.live import LiveFull
from api.problems import problem, wants_page
from api.searching.asking import KindUnknown
from api.searching.failures import StageUnknown
from api.viewing import MomentUnclear, TwoViews, ZoneUnknown
from search.index.errors import IndexAway, IndexBroken, IndexBusy
from search.models.failures import EncoderBusy
from services.errors import (
    BeforeTheJournal,
    MetricUnknown,
    PacelineError,
    PeriodUnclear,
    Rejected,
    RepUnknown,
    RootUnknown,
    ViewUnsupported,
)
from streams.kafka.failures import LogAway
from streams.ledger.deadletters import DeadLetterUnknown
from streams.ledger.jobs import Overloaded
from streams.store.connection import StoreFailed

RETRY_SECONDS = "1"
# What each expected failure is on the outside: its status and its code.
_STATUS: dict[type[PacelineError], tuple[int, str]] = {
    MetricUnknown: (404, "metric_unknown"),
    RootUnknown: (404, "not_found"),
    RepUnknown: (404, "rep_unknown"),
    DeadLetterUnknown: (404, "not_found"),
    PeriodUnclear: (422, "period_unclear"),
    MomentUnclear: (422, "moment_unclear"),
    ZoneUnknown: (422, "zone_unknown"),
    TwoViews: (422, "two_views"),
    BeforeTheJournal: (422, "before_the_journal"),
    ViewUnsupported: (422, "view_unsupported"),
    KeyReused: (422, "idempotency_key_reused"),
    KeyRunning: (409, "idempotency_key_running"),
    Overloaded: (503, "overloaded"),
    StoreFailed: (503, "store_failed"),
    LogAway: (503, "log_away"),
    DocumentChanged: (409, "document_changed"),
    NotYours: (403, "not_yours"),
    NotYourQuestion: (403, "not_yours"),
    QuestionClosed: (409, "question_closed"),
    AnswerUnreadable: (422, "answer_unreadable"),
    DocumentBuried: (422, "not_applied"),
    LiveFull: (503, "live_full"),
    KindUnknown: (422, "kind_unknown"),
    StageUnknown: (404, "stage_unknown"),
    IndexAway: (503, "index_away"),
    IndexBusy: (503, "index_busy"),
    IndexBroken: (503, "index_broken"),
    EncoderBusy: (503, "encoder_busy"),
}


def answer_failures(app: FastAPI) -> None:
    """Answer for everything that a handler may raise."""
    app.exception_handler(PacelineError)(_expected)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(sqlite3.Error)(_store)
    app.exception_handler(ClientDisconnect)(_gone)
    app.exception_handler(Exception)(_unexpected)


async def _expected(request: Request, error: PacelineError) -> Response:
    if isinstance(error, Rejected):
        place = {"pointer": error.pointer, "code": error.code, "detail": error.detail}
        return problem(error.status, error.code, error.detail, errors=[place])
    status, code = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), (500, "failed"))
    headers = {"Retry-After": RETRY_SECONDS} if status == 503 or isinstance(error, KeyRunning) else {}
    detail = str(error) if wants_page(request) else error.plain
    return _answer(request, status, code, detail, headers)


async def _http(request: Request, error: HTTPException) -> Response:
    codes = {404: "not_found", 405: "method"}
    words = {404: "There is nothing here.", 405: "This method is not possible here."}
    code = codes.get(error.status_code, "http")
    detail = words.get(error.status_code, str(error.detail))
    return _answer(request, error.status_code, code, detail, dict(error.headers or {}))


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    places = [
        {"pointer": "/" + "/".join(str(part) for part in one["loc"]), "code": "invalid", "detail": str(one["msg"])}
        for one in error.errors()
    ]
    if wants_page(request):
        return pages.failure(request, 422, "validation", "")
    return problem(422, "validation", "Some parameters make no sense.", errors=places)


async def _store(request: Request, error: sqlite3.Error) -> Response:
    headers = {"Retry-After": RETRY_SECONDS}
    return _answer(request, 503, "store_failed", str(StoreFailed(str(error))), headers)


async def _gone(request: Request, error: ClientDisconnect) -> Response:
    # Nobody is there to read it, and nothing was stored.
    return Response(status_code=400)


async def _unexpected(request: Request, error: Exception) -> Response:
    response = _answer(request, 500, "failed", "Something went wrong here; the log says more.", {})
    secure(response.headers)
    return response


def _answer(request: Request, status: int, code: str, detail: str, headers: dict[str, str]) -> Response:
    if wants_page(request):
        return pages.failure(request, status, code, detail)
    return problem(status, code, detail, headers=headers)
