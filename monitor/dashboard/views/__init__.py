"""What a page says, decided from a snapshot or a history: pure functions, plain values, no Dash."""
