"""What Vaksam's own errors say, in the language of the page."""

from django import template
from django.utils.translation import gettext

from vaksam.core.errors import Fault, Refused

register = template.Library()


@register.filter
def said(error: Fault | Refused) -> str:
    """The error's text, its places filled. The text is in the catalogue by tools/messages.py."""
    text = gettext(error.message)
    return text.format(**error.values) if error.values else text
