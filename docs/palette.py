"""Makes pictures of screens small: 256 colours are all that a screen of flat colours needs."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
PIXELS = """async (png) => {
  const image = await createImageBitmap(await (await fetch("data:image/png;base64," + png)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const reader = new FileReader();
  await new Promise((done) => { reader.onload = done; reader.readAsDataURL(new Blob([data])); });
  return [image.width, image.height, reader.result.split(",")[1]];
}"""


def shrunk(png: bytes, blank: Page) -> bytes:
    """Return a picture with its most frequent colours alone, read by the empty page `blank`."""
    width, height, rgba = blank.evaluate(PIXELS, base64.b64encode(png).decode())
    pixels = np.frombuffer(base64.b64decode(rgba), np.uint8).reshape(-1, 4)[:, :3].astype(np.uint32)
    packed = pixels @ np.array([65536, 256, 1], np.uint32)
    found, where, counts = np.unique(packed, return_inverse=True, return_counts=True)
    colours = _channels(found[np.argsort(-counts, kind="stable")[:COLOURS]])
    distances = ((_channels(found)[:, None] - colours[None]) ** 2).sum(axis=2)
    indices = distances.argmin(axis=1).astype(np.uint8)[where].reshape(height, width)
    return _png(colours.astype(np.uint8), indices)


def _channels(packed: NDArray[np.uint32]) -> NDArray[np.int32]:
    return np.stack([packed >> 16, packed >> 8 & 255, packed & 255], axis=1).astype(np.int32)


def _png(colours: NDArray[np.uint8], indices: NDArray[np.uint8]) -> bytes:
    height, width = indices.shape
    rows = np.hstack([np.zeros((height, 1), np.uint8), indices])  # each row begins with its filter: none
    chunks = {
        b"IHDR": struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0),
        b"PLTE": colours.tobytes(),
        b"IDAT": zlib.compress(rows.tobytes(), 9),
        b"IEND": b"",
    }
    return SIGNATURE + b"".join(_chunk(name, data) for name, data in chunks.items())


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
