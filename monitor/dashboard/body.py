"""Request bodies of our own routes: small, or refused before they fill the memory."""

from __future__ import annotations

from fastapi import HTTPException, Request

LARGEST_BODY = 65_536
"""Bytes."""


async def limited_body(request: Request) -> bytes:
    """Return the whole body; answer 413 if it is too large."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            raise HTTPException(413, f"expected a body of at most {LARGEST_BODY} bytes")
    return bytes(body)
