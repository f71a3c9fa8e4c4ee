"""Vaksam runs a vaccination programme from delivery plan to equal coverage."""

from importlib.metadata import version

__version__ = version("vaksam")
