"""Wordings that several commands share."""

from vaksam.coverage.queries import EditionRef, Shown


def dose_phrase(doses: int) -> str:
    if not doses:
        return "All doses given"
    return f"At least {doses} dose{'' if doses == 1 else 's'}"


def source_of(edition: EditionRef) -> str:
    """Where figures are from; invented ones are said to be so."""
    if edition.example:
        return "EXEMPELDATA – invented figures, for demonstration only"
    return f"Folkhälsomyndigheten, edition of {edition.edition_on}, published figures"


def shown_lines(found: Shown) -> list[str]:
    """One figure with what is needed to quote it."""
    share = "" if found.share is None else f", {found.share:.1%}".replace("%", " %")
    population = "" if found.population is None else f" of {found.population:,}"
    sex = "" if found.sex == "total" else f", {found.sex}"
    when = f"week {found.week}" if found.week else f"on {found.edition_on}"
    denominator, how = found.denominator, "as published" if found.as_published else "added up"
    born = f", born {denominator.born_by} or earlier" if denominator.born_by else ""
    unit = "persons" if found.dose else "doses"
    return [
        f"{found.area_name} ({found.area}): {found.count:,} {unit}{share}{population}",
        f"{dose_phrase(found.dose)}, ages {found.age}{sex}, {when}",
        f"Population: ages {denominator.age}{born}",
        *([denominator.note] if denominator.note else []),
        f"Edition of {found.edition_on}, sheet “{found.sheet}”, {how}",
    ]
