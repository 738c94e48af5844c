"""The OpenAPI document says what the routes do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.app import application
from tests.api.houses import PROBLEM, Json, opened

METHODS = {"get", "post"}
PATHS = {
    "/api/accounting",
    "/api/boards/{metric}",
    "/api/dead-letters",
    "/api/dead-letters/{number}",
    "/api/dead-letters/{number}/discard",
    "/api/dead-letters/{number}/replay",
    "/api/deals/{deal}",
    "/api/health",
    "/api/documents",
    "/api/documents/alike",
    "/api/documents/health",
    "/api/documents/preview",
    "/api/documents/{document}",
    "/api/documents/{document}/changes",
    "/api/documents/{document}/versions",
    "/api/documents/{document}/versions/{number}",
    "/api/documents/{document}/{deed}",
    "/api/deals/{deal}/similar",
    "/api/events",
    "/api/events/batch",
    "/api/metrics",
    "/api/metrics/{metric}",
    "/api/questions",
    "/api/questions/waiting",
    "/api/questions/{question_id}",
    "/api/questions/{question_id}/{deed}",
    "/api/search",
    "/api/search/status",
    "/api/why/{metric}",
    "/live/boards",
    "/live/boards/{metric}",
    "/livez",
    "/metrics",
    "/readyz",
}


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Json]:
    """Give the document."""
    with opened(tmp_path_factory.mktemp("home")) as site:
        yield application(site.house).openapi()


def operations(document: Json) -> dict[str, Json]:
    """Return every operation by its method and path."""
    paths = document["paths"]
    assert isinstance(paths, dict)
    return {f"{method} {path}": one for path, item in paths.items() for method, one in item.items()}


def test_every_route_is_documented(document: Json) -> None:
    """All routes for programs are there, each with what it does; pages are not."""
    found = operations(document)
    assert {name.partition(" ")[2] for name in found} == PATHS
    assert all(one["description"] and one["tags"] for one in found.values())


def test_every_operation_documents_its_problems(document: Json) -> None:
    """Each says that what is wrong is answered as a problem, and in which shape."""
    for name, one in operations(document).items():
        answers = one["responses"]
        assert isinstance(answers, dict)
        assert {"4XX", "5XX"} <= set(answers), name
        for status in ("4XX", "5XX"):
            schema = answers[status]["content"][PROBLEM]["schema"]
            assert schema["required"] == ["type", "title", "status", "detail", "instance", "code"]


def test_nothing_documents_the_framework_s_own_errors(document: Json) -> None:
    """The framework's shape of validation errors, which is never sent, is not documented."""
    assert "HTTPValidationError" not in str(document)


def test_the_door_documents_its_answers(document: Json) -> None:
    """The events' routes name every status they answer with, and the media types that they take."""
    found = operations(document)
    one, batch = found["post /api/events"], found["post /api/events/batch"]
    assert set(one["responses"]) >= {"200", "202", "400", "409", "413", "415", "422", "503"}
    assert set(batch["responses"]) >= {"202", "207", "400", "409", "413", "415", "422", "503"}
    bodies = [one["requestBody"], batch["requestBody"]]
    assert [next(iter(body["content"])) for body in bodies if isinstance(body, dict)] == [
        "application/cloudevents+json",
        "application/cloudevents-batch+json",
    ]


async def test_it_is_served(tmp_path: Path) -> None:
    """The document is at /openapi.json; there are no pages that would load scripts from elsewhere."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            assert (await client.get("/openapi.json")).json()["info"]["title"] == "Paceline"
            assert [(await client.get(path)).status_code for path in ("/docs", "/redoc")] == [404, 404]
