"""Charts of a visit: pure functions from a history to Plotly figures, as plain dicts."""
