"""What a change would do, in figures: how many times become wrong, where, and whose."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from vaksam.core import groups
from vaksam.core.weeks import Week
from vaksam.programmes import queries as programmes
from vaksam.web import charts, formats
from vaksam.web.components import Column, Stat, Table, Text
from vaksam.web.insight.pictures.picture import Picture
from vaksam.web.planning.changes.common import Names, language
from vaksam.web.planning.changes.counts import HIDDEN, TOTAL, Counts, told
from vaksam.web.planning.changes.words import WHO, WRONG

Preview = Mapping[str, Any]
OFTEN, SELDOM = 1.1, 0.9  # between the two, "about as often"


def stats(preview: Preview, counts: Counts) -> list[Stat]:
    wrong, booked = preview["wrong"], preview["booked"]
    share = formats.share(wrong / booked) if booked and counts.exact else ""
    found = [
        Stat(_("Times booked"), counts.number(booked)),
        Stat(_("Times that become wrong"), counts.number(wrong),
             _("%(share)s of all") % {"share": share} if share else ""),
    ]  # fmt: skip
    if preview["already"]:
        found.append(Stat(_("of these wrong already today"), counts.number(preview["already"])))
    reserve = preview["reserve"]
    found.append(Stat(_("Times by letter not answered yet"), counts.number(preview["letters"])))
    if reserve["offers"] or reserve["open"]:
        found.append(Stat(_("Reserve offers that wait"), counts.number(reserve["offers"])))
    return found


def reasons(preview: Preview, counts: Counts) -> list[tuple[str, int, str]]:
    """Reason, its bar in per cent of the longest, and the number."""
    cells: dict[tuple[str, ...], int] = {(str(why),): int(n) for why, n in preview["reasons"]}
    safe = counts.by(cells, ["why"])
    most = max((n or 0 for key, n in safe.items() if key != (TOTAL,)), default=0)
    return [
        (str(WRONG.get(why, why)), round(100 * (safe.get((why,)) or 0) / most) if most else 0,
         told(safe.get((why,), 0)))
        for (why,) in cells
    ]  # fmt: skip


def weeks_picture(preview: Preview, counts: Counts) -> Picture | None:
    """Columns week by week; None where nothing is wrong."""
    cells: Counter[tuple[str, ...]] = Counter()
    for on, n in preview["days"]:
        cells[(Week.of(date.fromisoformat(on)).monday.isoformat(),)] += n
    if not cells:
        return None
    safe = counts.by(cells, ["week"])
    title = _("Times that become wrong, week by week")
    found = [(Week.of(date.fromisoformat(week)), safe.get((week,), 0)) for (week,) in sorted(cells)]
    words = _("; ").join(
        _("%(week)s: %(count)s") % {"week": formats.week(week), "count": told(n)}
        for week, n in found
    )
    labelled: list[dict[str, object]] = [
        {"week": _("w. %(number)s") % {"number": week.number}, "persons": n} for week, n in found
    ]
    return Picture(
        key="weeks", title=title, alt=f"{title}. {words}",
        table=Table("weeks", title, [Column(_("Week")), Column(_("Times"), numeric=True)],
                    [[formats.week(week), told(n)] for week, n in found], note=counts.note()),
        rows=[{"week": str(week), "times": n} for week, n in found],
        draw=lambda: charts.columns(labelled, week_title=_("Week"), count_title=_("Times")),
    )  # fmt: skip


def places_table(preview: Preview, counts: Counts, *, by: str = "venue") -> Table | None:
    """Venues down and weeks across, the hardest hit first; or by week, the soonest first."""
    cells, safe = _places(preview, counts)
    if not cells:
        return None
    venues = {str(each["venue"]): each["name"] or str(each["venue"]) for each in preview["places"]}
    weeks = sorted({week for _venue, week in cells})
    total = Counter({venue: 0 for venue in venues})
    for (venue, _week), n in cells.items():
        total[venue] += n if counts.exact else (safe.get((venue, TOTAL)) or 0)
    order = (sorted(venues, key=lambda v: formats.alphabetical(venues[v])) if by == "name"
             else [venue for venue, _n in total.most_common()])  # fmt: skip
    columns = [Column(_("Venue")), *(Column(_label(week), numeric=True) for week in weeks),
               Column(_("All"), numeric=True)]  # fmt: skip
    rows: list[list[Text]] = [
        [venues[venue], *(told(safe.get((venue, week), 0)) for week in weeks),
         told(safe.get((venue, TOTAL)))]
        for venue in order
    ]  # fmt: skip
    totals = [_("All"), *(told(safe.get((TOTAL, week))) for week in weeks),
              told(safe.get((TOTAL, TOTAL)))]  # fmt: skip
    return Table("places", _("Times that become wrong, by venue and week"), columns, rows, totals,
                 note=counts.note())  # fmt: skip


def places_frame(preview: Preview, counts: Counts) -> pl.DataFrame:
    """One row a venue and week, as machines read them; a number that is not shown is empty."""
    cells, safe = _places(preview, counts)
    names = {str(each["venue"]): each["name"] for each in preview["places"]}
    rows = [(names[venue], week, safe.get((venue, week), 0)) for venue, week in sorted(cells)]
    schema = {"venue": pl.String, "week_from": pl.String, "times": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _places(
    preview: Preview, counts: Counts
) -> tuple[Counter[tuple[str, ...]], dict[tuple[str, ...], int | None]]:
    cells: Counter[tuple[str, ...]] = Counter()
    for each in preview["places"]:
        cells[str(each["venue"]), each["week"]] += each["times"]
    return cells, counts.by(cells, ["venue", "week"])


def turn_tables(preview: Preview, counts: Counts, names: Names) -> list[Table]:
    """Who gains and who loses a turn; nothing where the rules stay as they are."""
    turn = preview["turn"]
    if not turn or not (turn["gains"] or turn["loses"]):
        return []
    known = groups.names(language())
    kinds: list[tuple[str, str, Mapping[str, str]]] = [
        ("phases", _("By phase"), {"0": _("No phase")}),
        ("ages", _("By age"), {}),
        ("municipalities", _("By municipality"), names.municipalities),
        ("groups", _("By group"), known),
    ]
    return [_gained(key, title, turn[key], counts, labels)
            for key, title, labels in kinds if turn[key]]  # fmt: skip


def _gained(
    key: str, title: str, rows: Sequence[Sequence[Any]], counts: Counts, labels: Mapping[str, str]
) -> Table:
    cells: dict[tuple[str, ...], int] = {
        (str(level or 0 if key == "phases" else level), kind): int(n)
        for level, *both in rows
        for kind, n in zip(("gains", "loses"), both, strict=True)
    }
    safe: dict[tuple[str, ...], int | None] = {}
    if key == "groups":  # a person may have several: each is a table of its own
        for level in dict.fromkeys(level for level, _kind in cells):
            safe |= counts.by({k: n for k, n in cells.items() if k[0] == level},
                              ["level", "kind"])  # fmt: skip
    else:
        safe = counts.by(cells, ["level", "kind"])
    told_rows: list[list[Text]] = [
        [labels.get(level, level if level != "None" else _("Not known")),
         *(told(safe.get((level, kind), 0)) for kind in ("gains", "loses"))]
        for level in dict.fromkeys(level for level, _kind in cells)
    ]  # fmt: skip
    columns = [Column(title), Column(_("May come, could not before"), numeric=True),
               Column(_("Could come, may not any more"), numeric=True)]  # fmt: skip
    return Table(f"turn-{key}", title, columns, told_rows, note=counts.note())


def doses_table(preview: Preview, counts: Counts, names: Names) -> Table | None:
    """Doses by product and week; expected ones are added up from today on."""
    if not preview["doses"]:
        return None
    rows: list[list[Text]] = [
        [f"{names.product(each['product'])}, {_label(each['week'])}",
         counts.number(each["booked"]), counts.number(each["freed"]),
         counts.number(each["booked"] - each["freed"]), formats.number(each["expected"]),
         formats.number(each["then"])]
        for each in sorted(preview["doses"], key=lambda e: (e["product"], e["week"]))
    ]  # fmt: skip
    columns = [Column(_("Product and week")), *(Column(label, numeric=True) for label in (
        _("Booked"), _("Freed"), _("Still needed"), _("Expected until then, today"),
        _("Expected until then, with the change"),
    ))]  # fmt: skip
    return Table("doses", _("Doses freed and needed"), columns, rows, note=counts.note())


def doses_frame(preview: Preview) -> pl.DataFrame:
    return pl.DataFrame(preview["doses"], infer_schema_length=None)


def goals_table(preview: Preview) -> Table | None:
    if not preview["goals"]:
        return None
    known = {each.code: each.name for each in programmes.goals(language=language())}
    rows: list[list[Text]] = [
        [known.get(each["code"], each["code"]), formats.day(date.fromisoformat(each["by_on"])),
         formats.share(each["share"], 0), formats.share(each["now"]),
         formats.share(each["booked"]), formats.share(each["then"])]
        for each in preview["goals"]
    ]  # fmt: skip
    heads = (_("Aim"), _("Today"), _("With all that is booked"), _("Without the wrong times"))
    columns = [Column(_("Goal")), Column(_("To be reached by")),
               *(Column(label, numeric=True) for label in heads)]  # fmt: skip
    note = _("The last column is what is lost if nobody gets another time.")
    return Table("goals", _("Goals"), columns, rows, note=note)


def behind_said(preview: Preview, counts: Counts) -> str:
    """One sentence on the areas furthest behind."""
    behind = preview["behind"]
    if not behind["areas"]:
        return ""
    return _(
        "In the %(areas)s of %(of)s small areas furthest behind, %(share)s have a first dose. "
        "There %(hit)s of %(booked)s times become wrong."
    ) % {
        "areas": formats.number(behind["areas"]), "of": formats.number(behind["of"]),
        "share": formats.share(behind["share"]), "hit": counts.number(behind["hit"]),
        "booked": counts.number(behind["booked"]),
    }  # fmt: skip


def equality_table(preview: Preview, counts: Counts) -> Table | None:
    """Whether some are hit more often than others, in words."""
    if not preview["wrong"]:
        return None
    rows: list[list[Text]] = [
        [str(WHO.get(each["group"], each["group"])), counts.number(each["times"]),
         ratio_said(ratio_of(each, counts))]
        for each in preview["equality"]
    ]  # fmt: skip
    columns = [Column(_("Who")), Column(_("Wrong times"), numeric=True),
               Column(_("Compared with all who are booked"))]  # fmt: skip
    return Table("equality", _("Who is hit"), columns, rows, note=counts.note())


def ratio_of(each: Mapping[str, Any], counts: Counts) -> float | None:
    """How many times as often some are hit; None where a small number would tell of persons."""
    few = not counts.exact and counts.number(each["times"]) in (HIDDEN, "0")
    return None if few else each["ratio"]


def ratio_said(ratio: float | None) -> str:
    if ratio is None:
        return "–"
    if not ratio:
        return _("not hit")
    n = formats.decimal(ratio, 1)
    if ratio >= OFTEN:
        return _("hit %(n)s times as often") % {"n": n}
    if ratio <= SELDOM:
        return _("hit more seldom: %(n)s times as often") % {"n": n}
    return _("hit about as often")


def _label(week: str) -> str:
    monday = date.fromisoformat(week)
    last = monday + timedelta(days=6)
    return _("w. %(number)s") % {"number": Week.of(last).number}
