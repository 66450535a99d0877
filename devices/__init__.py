"""WHAT A DEVICE SAYS: bytes in, events out. Imports nothing of ours."""
