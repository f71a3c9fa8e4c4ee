"""What people may be in Vaksam; each grant holds in one region, or nationally."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """A job in the programme."""

    NATIONAL_VIEWER = "national_viewer", _("National viewer")
    REGION_COORDINATOR = "region_coordinator", _("Region coordinator")
    REGION_ANALYST = "region_analyst", _("Region analyst")
    VENUE_STAFF = "venue_staff", _("Venue staff")
    PHONE_AGENT = "phone_agent", _("Phone agent")
    PRESCRIBER = "prescriber", _("Prescriber")
    REPORTER = "reporter", _("Reporter of a municipality")
    ADMINISTRATOR = "administrator", _("Administrator")


#: Roles that hold everywhere and therefore name no region.
NATIONAL = frozenset({Role.NATIONAL_VIEWER, Role.ADMINISTRATOR})
#: Roles that hold in one region, which must be named.
REGIONAL = frozenset(Role) - NATIONAL
