"""Patience with a machine that is busy: what a browser is asked to show may take long, and is never timed."""

from __future__ import annotations

from playwright.sync_api import expect

PATIENCE_MS = 20_000

expect.set_options(timeout=PATIENCE_MS)
