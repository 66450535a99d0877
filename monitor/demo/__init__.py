"""The demo clinic: its settings, what happened before it began, and staff who keep it going.

Everything here is invented and marked demo from the device's identity to the last export.
"""
