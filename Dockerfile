FROM python:3.11-slim

# Nobody in here needs to be root: the store is the only place that is written.
RUN useradd --system --create-home --uid 10001 chairside \
 && install --directory --owner chairside /var/lib/chairside

WORKDIR /opt/chairside
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock

COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation .

USER chairside
WORKDIR /var/lib/chairside
VOLUME /var/lib/chairside
EXPOSE 8050

HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD \
    ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8050/healthz', timeout=2)"]

ENTRYPOINT ["chairside"]
CMD ["run"]
