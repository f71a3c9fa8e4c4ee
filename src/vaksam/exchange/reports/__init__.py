"""Files of doses that municipalities report."""
