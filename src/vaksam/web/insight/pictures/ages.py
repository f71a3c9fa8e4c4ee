"""The chosen areas by age and dose, as on the edition's date."""

from django.utils.translation import gettext as _

from vaksam.coverage import queries
from vaksam.web import charts, formats
from vaksam.web.components import Column, Table
from vaksam.web.insight.choice import PageChoice
from vaksam.web.insight.pictures.picture import Picture, all_of, row_of


def ages_of(choice: PageChoice) -> Picture | None:
    """The chosen areas by age and dose, as on the edition's date."""
    places = choice.places[:2]
    cells = queries.profile(
        choice.edition.id,
        "municipality" if choice.level == "municipality" else "region",
        [place.code for place in places],
        [dose for dose in choice.doses_offered() if dose <= 4],
    )
    if not cells:
        return None
    ages = list(dict.fromkeys(cell.age for cell in cells))
    doses = sorted({cell.doses for cell in cells})
    names = [formats.area(place) for place in places]
    by = {(cell.cell.area, cell.age, cell.doses): cell.cell for cell in cells}
    rows = [
        {
            "age": formats.age_mark(age),
            "dose": formats.dose(dose),
            "area": formats.place(area, cell.area_name),
            "share": cell.share,
            "shown": formats.share(cell.share),
        }
        for (area, age, dose), cell in by.items()
        if cell.share is not None
    ]
    title = _("%(areas)s by age") % {"areas": all_of(names)}
    columns = [Column(_("Age"))] + [
        Column(
            f"{name}: {formats.dose(dose)}" if len(places) > 1 else formats.dose(dose),
            numeric=True,
        )
        for name in names
        for dose in doses
    ]
    return Picture(
        key="ages",
        title=title,
        alt=_("Lines of the share vaccinated by age group, one a dose; the table has the figures."),
        table=Table(
            "ages-table",
            title,
            columns,
            [
                [formats.age(age)]
                + [
                    formats.share(cell.share) if (cell := by.get((place.code, age, dose))) else "–"
                    for place in places
                    for dose in doses
                ]
                for age in ages
            ],
        ),
        rows=[
            row_of(choice, area, cell, None, age) | {"dose": dose}
            for (area, age, dose), cell in by.items()
        ],
        draw=lambda: charts.profile(
            rows,
            [formats.age_mark(age) for age in ages],
            [formats.dose(dose) for dose in doses],
            names,
            age_title=_("Age"),
            share_title=_("Share vaccinated"),
            dose_title=_("Dose"),
            area_title=_("Area"),
        ),
        note=_(
            "Ages are those reached at the end of %(year)s. At least so many doses; added up from "
            "the published figures where the sheet has exactly so many."
        )
        % {"year": choice.edition.edition_on.year},
    )
