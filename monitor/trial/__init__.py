"""The proof of the pressure alarms: simulated infusions, whose truth is known, through the real engine."""
