"""The words of the public pages in templates: `{{ t|word:"start.title" }}`, `{% fill t … %}`."""

from datetime import datetime

from django import template

from vaksam.web.public.texts import Texts

register = template.Library()


@register.filter
def word(texts: Texts, key: str) -> str:
    return texts[key]


@register.filter
def moment(texts: Texts, value: datetime) -> str:
    return texts.moment(value)


@register.simple_tag
def fill(texts: Texts, key: str, **values: object) -> str:
    """A text with its places filled. Escaped by the template, as everything is."""
    return texts.fill(key, **values)
