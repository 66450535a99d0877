"""The journal and the desk: the only room that speaks SQL."""
