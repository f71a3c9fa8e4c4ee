"""This installation's policy for small numbers, from its settings."""

from django.conf import settings

from vaksam.core.disclosure import Policy


def policy() -> Policy:
    """What every count of Vaksam's own records goes through before it is shown.

    Raises
    ------
    ValueError
        The settings cannot be a policy; `vaksam check` says so.
    """
    return Policy(
        threshold=settings.VAKSAM_DISCLOSURE_THRESHOLD,
        rounding=settings.VAKSAM_DISCLOSURE_ROUNDING,
    )
