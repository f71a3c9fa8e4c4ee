"""Rounds to homes and care homes."""
