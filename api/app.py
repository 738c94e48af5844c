"""The application: routes put together, failures turned into answers, and headers that every answer has."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect

from api import pages
from api.asking import MomentUnclear, TwoViews, ZoneUnknown
from api.door import KeyReused, KeyRunning
from api.guard import Guard, secure
from api.live import LiveFull
from api.problems import ANSWERS, problem, wants_page
from api.routes import accounting, boards, deadletters, deals, definitions, events, health, live
from api.wiring import House
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
from streams.deadletters import DeadLetterUnknown
from streams.jobs import Overloaded, StoreFailed

RETRY_SECONDS = "1"
GZIP_MIN_BYTES = 600

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
    LiveFull: (503, "live_full"),
}


def application(house: House) -> FastAPI:
    """Return the application of a house."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        house.live.start()
        yield
        await house.live.stop()

    app = FastAPI(
        title="Paceline",
        version="0.1.0",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=ANSWERS,
    )
    app.state.house = house
    for module in (events, boards, definitions, deals, deadletters, accounting, live, health):
        app.include_router(module.router)
    pages.mount(app)
    app.add_middleware(GZipMiddleware, minimum_size=GZIP_MIN_BYTES)
    app.add_middleware(Guard)
    _answer_failures(app)
    return app


def _answer_failures(app: FastAPI) -> None:
    """Turn every failure into a problem, or into a page for browsers."""

    @app.exception_handler(PacelineError)
    async def expected(request: Request, error: PacelineError) -> Response:
        if isinstance(error, Rejected):
            place = {"pointer": error.pointer, "code": error.code, "detail": error.detail}
            return problem(error.status, error.code, error.detail, errors=[place])
        status, code = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), (500, "failed"))
        headers = {"Retry-After": RETRY_SECONDS} if status in (409, 503) else {}
        detail = str(error) if wants_page(request) else error.plain
        return _answer(request, status, code, detail, headers)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        codes = {404: "not_found", 405: "method"}
        words = {404: "There is nothing here.", 405: "This method is not possible here."}
        code = codes.get(error.status_code, "http")
        detail = words.get(error.status_code, str(error.detail))
        return _answer(request, error.status_code, code, detail, dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        places = [
            {"pointer": "/" + "/".join(str(part) for part in one["loc"]), "code": "invalid", "detail": str(one["msg"])}
            for one in error.errors()
        ]
        return problem(422, "validation", "Some parameters make no sense.", errors=places)

    @app.exception_handler(sqlite3.Error)
    async def store(request: Request, error: sqlite3.Error) -> Response:
        failure = StoreFailed(str(error))
        return _answer(request, 503, "store_failed", str(failure), {"Retry-After": RETRY_SECONDS})

    @app.exception_handler(ClientDisconnect)
    async def gone(request: Request, error: ClientDisconnect) -> Response:
        # Nobody is there to read it, and nothing was stored.
        return Response(status_code=400)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        response = _answer(request, 500, "failed", "Something went wrong here; the log says more.", {})
        secure(response.headers)
        return response


def _answer(request: Request, status: int, code: str, detail: str, headers: dict[str, str]) -> Response:
    if wants_page(request):
        return pages.failure(request, status, detail)
    return problem(status, code, detail, headers=headers)
