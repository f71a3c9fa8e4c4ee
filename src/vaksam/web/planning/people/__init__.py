"""Persons: finding, opening, registering and changing them, and two records of one person."""
