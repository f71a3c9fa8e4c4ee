"""Pages for those who work at a venue, with a queue in front of them and one thumb free."""
