"""Figures and terms as people read them, in the language of the page."""

from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaksam.areas.queries import AreaRef
from vaksam.core.weeks import Week

NBSP = "\u00a0"
MINUS = "\u2212"


def number(value: int | None) -> str:
    """52,876 or 52 876; a dash where there is none."""
    if value is None:
        return "–"
    text = str(number_format(abs(value), force_grouping=True))
    return f"{MINUS}{text}" if value < 0 else text


def share(value: float | None, decimals: int = 1) -> str:
    """22.1 % or 22,1 %."""
    if value is None:
        return "–"
    return f"{percent(value, decimals)}{NBSP}%"


def percent(value: float, decimals: int = 1) -> str:
    """22.1, where the unit stands elsewhere."""
    # Rounded here: number_format cuts decimals off.
    return str(number_format(round(100 * value, decimals), decimal_pos=decimals))


def decimal(value: float | None, decimals: int = 2) -> str:
    """5.83 or 5,83; a dash where there is none."""
    if value is None:
        return "–"
    return str(number_format(round(value, decimals), decimal_pos=decimals))


def points(difference: float, decimals: int = 1) -> str:
    """A difference of two shares in percentage points, with its sign: +1.3."""
    rounded = round(100 * difference, decimals)
    sign = "+" if rounded > 0 else MINUS if rounded < 0 else "±"
    return f"{sign}{number_format(abs(rounded), decimal_pos=decimals)}"


def day(value: date) -> str:
    """10 November 2022; with a word for the month also in English, where orders differ."""
    return str(date_format(value, f"j{NBSP}F Y"))


def week(value: Week) -> str:
    return _("week %(number)s, %(year)s") % {"number": value.number, "year": value.year}


def dose(doses: int) -> str:
    """At least 1 dose; all doses given for 0."""
    if not doses:
        return _("All doses given")
    return ngettext("At least %(n)s dose", "At least %(n)s doses", doses) % {"n": doses}


def age(code: str) -> str:
    """12 and older; 18–29; everyone."""
    if code == "all":
        return _("All ages")
    if not code:
        return _("Ages not stated")
    if code.endswith("+"):
        return _("%(age)s and older") % {"age": code[:-1]}
    return code.replace("-", "–")


def age_mark(code: str) -> str:
    """90+, 18–29: where there is little room, as along an axis."""
    return code.replace("-", "–")


def people(code: str) -> str:
    """People of an age, for the middle of a sentence: people aged 12 and older."""
    if code == "all":
        return _("everyone")
    if not code:
        return _("people of ages not stated")
    if code.endswith("+"):
        return _("people aged %(age)s and older") % {"age": code[:-1]}
    return _("people aged %(age)s") % {"age": code.replace("-", "–")}


def place(code: str, name: str) -> str:
    """An area's name; the country's in the language of the page, the others have but one."""
    return _("Sweden") if code == "SE" else name


def area(found: AreaRef) -> str:
    """An area's name in running text."""
    return place(found.code, found.short_name)


def alphabetical(name: str) -> str:
    """A key that sorts names as Swedish does: å, ä, ö last."""
    return name.casefold().translate(str.maketrans("åäö", "{|}"))


def sex(code: str) -> str:
    return {"total": _("Everyone"), "men": _("Men"), "women": _("Women")}[code]


def population(age_code: str, born_by: int | None) -> str:
    """What a share is a share of, in one line."""
    if age_code == "all":
        return _("no age limit; a count of doses, not of persons")
    if not age_code:
        return _("the edition does not state the population")
    if born_by and age_code.endswith("+"):
        return _("residents born in %(year)s or earlier (%(age)s)") % {
            "year": born_by,
            "age": age(age_code),
        }
    if age_code.endswith("+"):
        return _("residents aged %(age)s and older") % {"age": age_code[:-1]}
    return _("residents aged %(age)s") % {"age": age(age_code)}
