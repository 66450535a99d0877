"""The parts that pages are made of: each a pure function of a view, in its own file."""
