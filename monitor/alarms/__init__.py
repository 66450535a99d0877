"""Alarm conditions, limits, detection and the signal table: pure, given `now`."""
