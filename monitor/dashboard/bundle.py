"""All small scripts of the pages as one file, and all styles: a first load asks for two, not for fifty."""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import Response

from monitor.dashboard.version import version_of

TYPES = {"js": "text/javascript", "css": "text/css"}
SEPARATE = ("watchdog.js",)
"""Covers the page when the other scripts fail, so it comes by itself."""
LOADED = re.compile(
    r'<(?:script src|link rel="stylesheet" href)="/assets/([^/"?]+)\.(js|css)(?:\?[^"]*)?">(?:</script>)?\n?'
)
COMMENT = re.compile(r"^[ \t]*(?://.*|/\*(?:[^*]|\*(?!/))*\*/[ \t]*)\n", re.MULTILINE)
"""Whole lines of comment, a fifth of what would be sent; no string of ours goes over several lines."""
GUARDED = "try {{ // {name}\n{source}\n}} catch (error) {{ reportError(error); }}\n"
"""A script that fails is reported as when it came alone, and those after it run."""
FOR_A_YEAR = "public, max-age=31536000, immutable"


def together(page: str, folder: Path) -> str:
    """Return a page's HTML with one line for all our scripts and one for all our styles."""
    version, seen = version_of(folder), set()

    def line(found: re.Match[str]) -> str:
        name, kind = found.groups()
        if f"{name}.{kind}" in SEPARATE:
            return found[0]
        if kind in seen:
            return ""
        seen.add(kind)
        address = f"/assets/pages.{kind}?v={version}"
        return (
            f'<script src="{address}"></script>\n'
            if kind == "js"
            else f'<link rel="stylesheet" href="{address}">\n'
        )

    return LOADED.sub(line, page)


def add_routes(server: FastAPI, folder: Path) -> None:
    """Serve both files; an address with the right version may be kept for a year."""

    @server.get("/assets/pages.js")
    async def scripts(request: Request) -> Response:
        return _answer(request, folder, "js")

    @server.get("/assets/pages.css")
    async def styles(request: Request) -> Response:
        return _answer(request, folder, "css")


def _answer(request: Request, folder: Path, kind: str) -> Response:
    plain, packed = _files(folder, kind)
    headers = {"vary": "Accept-Encoding"}
    if request.query_params.get("v") == version_of(folder):
        headers["cache-control"] = FOR_A_YEAR
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(plain, media_type=TYPES[kind], headers=headers)
    return Response(packed, media_type=TYPES[kind], headers={**headers, "content-encoding": "gzip"})


@cache
def _files(folder: Path, kind: str) -> tuple[bytes, bytes]:
    files = [file for file in sorted(folder.glob(f"*.{kind}")) if file.name not in SEPARATE]
    texts = [(file.name, COMMENT.sub("", file.read_text("utf-8"))) for file in files]
    if kind == "js":
        plain = '"use strict";\n' + "".join(GUARDED.format(name=name, source=text) for name, text in texts)
    else:
        plain = "\n".join(text for _, text in texts)
    return plain.encode(), gzip.compress(plain.encode())
