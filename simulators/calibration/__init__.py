"""The simulated patients held against what is published of real ones."""
