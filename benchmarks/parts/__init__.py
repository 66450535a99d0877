"""The parts of benchmarks/live_view.py."""
