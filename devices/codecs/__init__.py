"""One file a protocol: bytes in, events out; no I/O, no clock."""
