"""Names of areas in templates."""

from django import template

from vaksam.web import formats

register = template.Library()
register.filter("place", formats.area)
