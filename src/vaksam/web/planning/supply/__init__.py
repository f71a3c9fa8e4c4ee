"""Deliveries, stock, plans and recalls, as those who plan see them."""
