"""The transfer to the national register, and the doses that municipalities report."""
