"""WHAT IT MEANS: sessions, alarms, the journal and the screens."""
