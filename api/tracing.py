"""Traces for OpenTelemetry, sent to a collector where one is named; the packages are loaded only then."""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from api.settings import VERSION
from streams.tracing import UNTRACED, About, Kind, Tracer

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Link, SpanContext

LINKS_MAX = 128
EXPORT_SECONDS = 5.0
_WRITTEN = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")

log = logging.getLogger(__name__)


class Telemetry:
    """Tells OpenTelemetry (`streams.tracing.Tracer`). Of what went wrong only the kind is told, never its words."""

    def __init__(self, provider: "TracerProvider") -> None:
        self._tracer = provider.get_tracer("paceline", VERSION)

    @contextmanager
    def span(self, name: str, /, *, kind: Kind = "internal", about: Callable[[], About] = About) -> Iterator[str]:
        """Time the body; a span about one destination is named after it."""
        from opentelemetry.trace import SpanKind, Status, StatusCode

        told = about()
        destination = told.attributes.get("messaging.destination.name")
        with self._tracer.start_as_current_span(
            f"{name} {destination}" if destination else name,
            kind=SpanKind[kind.upper()],
            attributes=told.attributes,
            links=_links(told.links),
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield _written(span.get_span_context())
            except Exception as error:
                if kind != "internal":
                    span.set_attribute("error.type", type(error).__name__)
                    span.set_status(Status(StatusCode.ERROR))
                raise

    def here(self) -> str:
        """Return the span that is open."""
        from opentelemetry.trace import get_current_span

        return _written(get_current_span().get_span_context())


def _written(context: "SpanContext") -> str:
    """Return a span as it travels, empty for one that nobody records."""
    if not context.is_valid:
        return ""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"


def _links(traces: Sequence[str]) -> "list[Link]":
    from opentelemetry.trace import Link, SpanContext, TraceFlags

    read = [found for trace in dict.fromkeys(traces) if (found := _WRITTEN.fullmatch(trace))]
    contexts = [
        SpanContext(int(one[1], 16), int(one[2], 16), is_remote=True, trace_flags=TraceFlags(int(one[3], 16)))
        for one in read[:LINKS_MAX]
    ]
    return [Link(context) for context in contexts if context.is_valid]


@contextmanager
def tracing(collector: str | None, service: str) -> Iterator[Tracer]:
    """Give what tells a collector (OTLP over HTTP), or nobody when none is named; what waits is sent in the end.

    `service` is what this process is called, unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES says otherwise.
    """
    provider = _provider(collector, service) if collector else None
    if provider is None:
        yield UNTRACED
        return
    try:
        yield Telemetry(provider)
    finally:
        provider.shutdown()


def _provider(collector: str, service: str) -> "TracerProvider | None":
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError:
        log.warning("A collector of traces is named, and nobody tells it: `pip install 'paceline[tracing]'`.")
        return None
    found = Resource.create()
    if str(found.attributes.get(SERVICE_NAME, "unknown_service")).startswith("unknown_service"):
        found = found.merge(Resource({SERVICE_NAME: service}))
    provider = TracerProvider(resource=found, shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=f"{collector.rstrip('/')}/v1/traces", timeout=EXPORT_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider
