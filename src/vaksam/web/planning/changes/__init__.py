"""Changes that make times wrong: looked at, planned, approved, applied, taken back."""
