# One image for every process of the product; docker-compose.yml says which one a container is.
# It holds no servers: PostgreSQL, Temporal and the gateway have images of their own.

FROM python:3.11.14-slim-bookworm AS libraries
ARG UV_VERSION
WORKDIR /srv/lienthong
RUN pip install --no-cache-dir "uv==${UV_VERSION}"
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-default-groups --compile-bytecode --no-cache

FROM python:3.11.14-slim-bookworm
WORKDIR /srv/lienthong
RUN useradd --system --no-create-home --uid 10001 lienthong && install -d -o 10001 /var/lib/lienthong/documents
COPY --from=libraries /srv/lienthong/.venv .venv
COPY pyproject.toml bootstrap.py worker.py ./
COPY activities activities
COPY agencies agencies
COPY api api
COPY cli cli
COPY commands commands
COPY console console
COPY datafiles datafiles
COPY documents documents
COPY dossiers dossiers
COPY embedded embedded
COPY printing printing
COPY procedures procedures
COPY store store
COPY workflows workflows
USER 10001
ENV PATH=/srv/lienthong/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONPATH=/srv/lienthong
ENTRYPOINT ["python", "-P", "-m", "cli"]
CMD ["--help"]
