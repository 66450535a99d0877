"""WHAT A DEVICE WOULD SAY: simulated patients and devices. Imports nothing of ours."""
