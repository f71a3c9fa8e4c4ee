"""Doses from delivery to arm: ledger, yield, wastage, allocation, forecast."""
