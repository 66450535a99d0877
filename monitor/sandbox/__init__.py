"""The limit sandbox: a clinic's own visits through the real alarm engine, under other limits."""
