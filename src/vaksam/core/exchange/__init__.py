"""Formats in which other systems send and receive."""
