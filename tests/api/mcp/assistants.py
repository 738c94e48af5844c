"""An assistant: the client of the official package, which starts the real command and speaks with it over pipes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from mcp import Client, StdioServerParameters
from mcp.types import TextContent

from api.mcp.quoting import QUOTED
from tests.api.houses import Json
from tests.api.servers import COMMAND, environment


class Assistant:
    """Calls tools; the client checks every answer against the schema that the server gave for it."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def __call__(self, tool: str, **arguments: object) -> Json:
        """Return what a tool answers, without the sentence before it that its texts are quoted."""
        found = await self.client.call_tool(tool, arguments)
        assert not found.is_error, found
        answer: Json = dict(found.structured_content or {})
        assert answer.pop("quoted") == QUOTED
        return answer

    async def told(self, tool: str, **arguments: object) -> str:
        """Call a tool that must fail, and return what it says to do."""
        found = await self.client.call_tool(tool, arguments)
        assert found.is_error and found.structured_content is None, found
        (said,) = found.content
        assert isinstance(said, TextContent)
        assert "Traceback" not in said.text and "\n" not in said.text
        return said.text


@asynccontextmanager
async def assistant(home: Path, more: Mapping[str, str] | None = None, mode: str = "auto") -> AsyncIterator[Assistant]:
    """Give an assistant that has started `paceline mcp` on a data folder."""
    started = StdioServerParameters(command=str(COMMAND), args=["mcp"], env=environment(home, more))
    async with Client(started, mode=mode) as client:
        yield Assistant(client)
