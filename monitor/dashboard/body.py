"""Request bodies of our own routes: small, or refused before they fill the memory."""

from __future__ import annotations

import asyncio

from fastapi import HTTPException, Request

LARGEST_BODY = 65_536
"""Bytes."""
LARGEST_OF_ALL = 1_048_576
"""Bytes that any route takes; Dash sends whole forms, the text of clinic.toml among them."""
LONGEST_S = 20.0
"""So long may a body take."""


async def limited_body(request: Request) -> bytes:
    """Return the whole body; answer 413 if it is too large, 408 if it takes too long."""
    body = bytearray()
    try:
        async with asyncio.timeout(LONGEST_S):
            async for part in request.stream():
                body += part
                if len(body) > LARGEST_BODY:
                    raise HTTPException(413, f"expected a body of at most {LARGEST_BODY} bytes")
    except TimeoutError:
        raise HTTPException(408, f"expected the whole body within {LONGEST_S:.0f} s") from None
    return bytes(body)
