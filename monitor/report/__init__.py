"""What leaves the clinic: the flowsheet of a finished session."""
