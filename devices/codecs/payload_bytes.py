"""Bytes out of a message that holds them as they are, in hexadecimal or in base64."""

from __future__ import annotations

import base64
import binascii
import re

from devices.mapping import Encoding, Refused

MOST = 65_536
"""Bytes; a bridge of a serial line sends far less at once."""

_BETWEEN = re.compile(rb"[\s:-]+|0x", re.IGNORECASE)
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2})*")


def unpacked(payload: bytes, encoding: Encoding) -> bytes:
    """Return the bytes that a message holds; raises `Refused` for one that is not written so."""
    if len(payload) > MOST:
        msg = f"message of {len(payload)} bytes: expected at most {MOST}"
        raise Refused(msg)
    if encoding == "hex":
        digits = _BETWEEN.sub(b"", payload.strip(b' \t\r\n"'))
        if not _HEX.fullmatch(digits):
            msg = "expected bytes in hexadecimal, got something else"
            raise Refused(msg)
        return bytes.fromhex(digits.decode("ascii"))
    if encoding == "base64":
        try:
            return base64.b64decode(payload.strip(b' \t\r\n"'), validate=True)
        except (binascii.Error, ValueError) as error:
            msg = "expected bytes in base64, got something else"
            raise Refused(msg) from error
    return payload
