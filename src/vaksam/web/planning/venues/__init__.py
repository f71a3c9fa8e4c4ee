"""Venues, their hours, and who works there, for coordinators."""
