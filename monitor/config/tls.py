"""Whether a certificate and a key can be served with: read as the server does, but asking for no password."""

from __future__ import annotations

import ssl
from pathlib import Path


class _Locked(Exception):
    """The key wants a password."""


def pair_fault(certificate: Path, key: Path) -> str | None:
    """Return what is wrong with a pair of files, None where it can be used."""

    def password() -> str:
        raise _Locked

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password)
    except _Locked:
        return "a key with a password"
    except ssl.SSLError as error:
        return REASONS.get(error.reason or "PEM_LIB", f"what OpenSSL calls {error.reason}")
    except OSError as error:
        return f"files that cannot be read ({error.strerror})"
    return None


REASONS = {
    "KEY_VALUES_MISMATCH": "a key that belongs to another certificate",
    "NO_START_LINE": "a file that holds no PEM",
    "PEM_LIB": "a file that holds no PEM",
    "CA_MD_TOO_WEAK": "a certificate signed with too weak a digest",
    "EE_KEY_TOO_SMALL": "a certificate with too short a key",
}
