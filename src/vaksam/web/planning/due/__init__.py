"""Who is due: how many, by phase, age, municipality and group, and week by week ahead."""
