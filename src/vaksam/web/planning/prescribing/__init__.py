"""Prescriptions: general directives of a region, and what a physician is asked to assess."""
