# syntax=docker/dockerfile:1
# The image of nodes and workers. `docker build -t paceline:0.1.0 .`

FROM python:3.11.17-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/paceline
# The packages come first: they change less often than the code.
COPY requirements/scaled.txt /build/scaled.txt
RUN /opt/paceline/bin/pip install --require-hashes --only-binary :all: -r /build/scaled.txt
COPY . /build/paceline
RUN /opt/paceline/bin/pip install --no-deps --no-build-isolation /build/paceline

FROM python:3.11.17-slim
LABEL org.opencontainers.image.title="Paceline" \
      org.opencontainers.image.description="Live sales numbers that explain themselves" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --system --gid 10001 paceline \
    && useradd --system --uid 10001 --gid 10001 --home-dir /var/lib/paceline --shell /usr/sbin/nologin paceline \
    && install -d -o paceline -g paceline -m 0700 /var/lib/paceline /var/cache/paceline
COPY --from=build --chown=root:root /opt/paceline /opt/paceline
# Nothing outside these two folders and /tmp is written, so the root may be read-only.
ENV PATH=/opt/paceline/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/var/lib/paceline \
    XDG_CACHE_HOME=/var/cache/paceline \
    PACELINE_HOME=/var/lib/paceline \
    PACELINE_HOST=0.0.0.0
USER 10001:10001
VOLUME ["/var/lib/paceline", "/var/cache/paceline"]
EXPOSE 8642
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8642/livez', timeout=4)"]
ENTRYPOINT ["paceline"]
CMD ["serve"]
