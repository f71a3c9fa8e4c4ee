"""The pictures of the coverage pages: each with its table, its words and its figures to download.

A picture is drawn only when it is asked for; the page itself carries the table.
"""

from collections.abc import Callable

from vaksam.web.insight.choice import PageChoice
from vaksam.web.insight.pictures.ages import ages_of
from vaksam.web.insight.pictures.course import course_of
from vaksam.web.insight.pictures.maps import map_of
from vaksam.web.insight.pictures.picture import Picture
from vaksam.web.insight.pictures.ranking import ranks_of

__all__ = ["PICTURES", "Picture", "ages_of", "course_of", "map_of", "ranks_of"]

PICTURES: dict[str, Callable[[PageChoice], Picture | None]] = {
    "map": map_of,
    "course": course_of,
    "ages": ages_of,
    "ranking": ranks_of,
}
