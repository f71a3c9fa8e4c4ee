"""Pages for residents: five languages, plain words, no account."""
