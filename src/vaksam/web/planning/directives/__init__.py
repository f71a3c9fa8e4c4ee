"""Directives: what is in force and why, and writing new ones, two persons together."""
