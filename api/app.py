"""The application: routes put together behind the guard."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute

from api import pages
from api.failures import answer_failures
from api.guard import Guard
from api.problems import ANSWERS
from api.routes import (
    accounting,
    boards,
    deadletters,
    deals,
    definitions,
    documents,
    events,
    health,
    live,
    questions,
    search,
)
from api.settings import VERSION
from api.wiring import House
from services.scope import ADMIN

GZIP_MIN_BYTES = 600
ROUTES = (
    events,
    boards,
    definitions,
    deals,
    documents,
    questions,
    deadletters,
    accounting,
    live,
    health,
    search,
)
# FastAPI would tell of addresses with names in them, of wrong parameters and of the words of errors; what is told of
# deliveries is told by streams/tracing.py alone.
SILENT: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}


def application(house: House) -> FastAPI:
    """Return the application of a house."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        house.live.start()
        await house.engine.start()
        house.indexer.start()
        yield
        await house.indexer.stop()
        await house.engine.stop()
        await house.live.stop()

    app = FastAPI(
        title="Paceline",
        version=VERSION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=SILENT,
    )
    app.state.house, app.state.scope = house, ADMIN
    app.router.routes.extend(_routes())
    app.add_middleware(GZipMiddleware, minimum_size=GZIP_MIN_BYTES)
    app.add_middleware(Guard)
    answer_failures(app)
    return app


@cache
def _routes() -> list[BaseRoute]:
    """Return all routes; what each of them takes is worked out once in the life of a process."""
    router = APIRouter(responses=ANSWERS)
    for module in ROUTES:
        router.include_router(module.router)
    pages.mount(router)
    return router.routes
