"""A message's words: the language's text with the visit's values in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from babel.dates import format_date, format_datetime

from vaksam.core.messages.hours import SWEDEN
from vaksam.core.messages.kinds import BLOCKS, BLOCKS_OF_MORE, MORE, Channel, Kind
from vaksam.core.messages.sms import parts
from vaksam.core.messages.texts import Texts, load, places_of

MOST_PARTS: Final = 2
_LEGIBLE: Final = 20  # characters of a place
_SHORTEST: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What a message says. Empty: not known, and what names it is left out.

    `travel`: how to get there; `until`: when an offer or a code ends; `hidden`: the place is not
    said, for persons with protected identity. `reason`: of `REASONS`, why a time was changed;
    `product`: its name, said where there is room; `held`: the time is theirs, not called off;
    `more`: the further times of a change.
    """

    link: str
    telephone: str = ""
    starts_at: datetime | None = field(default=None, repr=False)
    place: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    travel: str = field(default="", repr=False)
    keep_by: date | None = None
    code: str = field(default="", repr=False)
    minutes: int | None = None
    until: datetime | None = None
    hidden: bool = False
    reason: str = ""
    product: str = ""
    held: bool = True
    more: tuple["Values", ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Paragraph:
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A message's words in a language. A text message has neither subject nor headings."""

    language: str
    direction: str
    subject: str = field(repr=False)
    paragraphs: tuple[Paragraph, ...] = field(repr=False)

    @property
    def body(self) -> str:
        """Everything as plain text."""
        return "\n\n".join(
            f"{each.heading}\n{each.text}" if each.heading else each.text
            for each in self.paragraphs
        )


def render(kind: Kind, channel: Channel, language: str, values: Values) -> Text:
    """The words of a message.

    A text message takes at most two parts: the name of the place is shortened until it does, and
    the telephone number, then the reason left out where that is not enough.
    E-mails and letters say so where the translation is a draft.
    """
    texts = load(language)
    said = _said(texts, values)
    if channel is Channel.SMS:
        words = _fitting(texts.sms[kind], said | _in_short(texts, values))
        return Text(texts.language, texts.direction, "", (Paragraph("", words),))
    about = texts.long[kind]
    found = [Paragraph("", about["lead"].format_map(said))]
    for name in BLOCKS[kind]:
        found += _further(kind, texts, values) if name == MORE else _block(texts, name, said)
    if texts.draft:
        found.append(Paragraph("", texts.words["draft"]))
    return Text(
        texts.language, texts.direction, about["title"].format_map(said), tuple(found)
    )  # fmt: skip


def _block(texts: Texts, name: str, said: dict[str, str]) -> Iterator[Paragraph]:
    """A block; nothing where a value that it names is not known."""
    block = texts.blocks[name]
    if all(said.get(place) for place in places_of(block["text"])):
        yield Paragraph(block["heading"], block["text"].format_map(said))


def _further(kind: Kind, texts: Texts, values: Values) -> Iterator[Paragraph]:
    """The further times of a change, and that the place in line is kept of one called off."""
    for each in values.more:
        said = _said(texts, each)
        for name in BLOCKS_OF_MORE[each.held]:
            yield from _block(texts, name, said)
    if kind is not Kind.CALLED_OFF_BY_CHANGE and not all(each.held for each in values.more):
        yield from _block(texts, "line", {})


def moment(at: datetime, language: str) -> str:
    """A day and time in words.

    >>> moment(datetime(2021, 4, 20, 9, 10, tzinfo=SWEDEN), "sv")
    'tisdag 20 april kl. 09.10'
    """
    return _plain(format_datetime(at, load(language).when, tzinfo=SWEDEN, locale=language))


def day(on: date, language: str) -> str:
    """A day in words.

    >>> day(date(2021, 4, 20), "fi")
    'tiistaina 20. huhtikuuta'
    """
    return _plain(format_date(on, load(language).day, locale=language))


def _said(texts: Texts, values: Values) -> dict[str, str]:
    language, words = texts.language, texts.words
    apart = _apart if texts.direction == "rtl" else str
    known = (values.place, values.address)
    said = {
        "link": apart(values.link), "telephone": apart(values.telephone),
        "place": words["hidden_place"] if values.hidden else values.place,
        "where": words["hidden_place"] if values.hidden else apart(", ".join(filter(None, known))),
        "travel": "" if values.hidden else apart(values.travel), "code": values.code,
        "minutes": "" if values.minutes is None else str(values.minutes),
        "reason": texts.reasons[values.reason]["long"] if values.reason else "",
        "product": apart(values.product),
    }  # fmt: skip
    if values.starts_at is not None:
        said["when"] = moment(values.starts_at, language)
    if values.until is not None:
        until = values.until.astimezone(SWEDEN)
        said["until"] = _plain(format_datetime(until, texts.clock, tzinfo=SWEDEN, locale=language))
        said["until_day"] = day(until.date(), language)
    if values.keep_by is not None:
        said["keep_by"] = day(values.keep_by, language)
    said["contact"] = words["either"].format_map(said) if values.telephone else said["link"]
    return said


def _in_short(texts: Texts, values: Values) -> dict[str, str]:
    """A change for a text message: a short reason, all times, and which are called off."""
    short = texts.reasons[values.reason]["short"] if values.reason else ""
    if not values.more:
        return {"reason": short, "off": ""}
    every = [values, *values.more]
    same = [each for each in every if each.held == values.held and each.starts_at]
    places = dict.fromkeys(_said(texts, each)["place"] for each in same)
    off = [_short(texts, each) for each in every if each.held != values.held]
    return {
        "reason": short, "when": " + ".join(_short(texts, each) for each in same),
        "place": " / ".join(places),
        "off": texts.words["off_too"].format(when=" + ".join(off)) if off else "",
    }  # fmt: skip


def _short(texts: Texts, values: Values) -> str:
    at = values.starts_at
    words = format_datetime(at, texts.short, tzinfo=SWEDEN, locale=texts.language) if at else ""
    return _plain(words)


def _fitting(text: str, said: dict[str, str]) -> str:
    """The text in few enough parts: with a shorter place, or else without the telephone too, or
    without the reason.
    """
    full, link, off = said["contact"], said["link"], said["off"]
    reason = f"{said['reason']} {off}".strip()
    for contact, why, shortest in (
        (full, reason, _LEGIBLE), (link, reason, _SHORTEST), (link, off, _SHORTEST),
    ):  # fmt: skip
        place, about = said["place"], said | {"contact": contact, "reason": why}
        words = text.format_map(about).strip()
        while parts(words) > MOST_PARTS and len(place) > shortest:
            place = place[:-1].rsplit(" ", 1)[0].rstrip(" ,")[: len(place) - 1]
            words = text.format_map(about | {"place": place}).strip()
        if parts(words) <= MOST_PARTS and len(place) >= min(shortest, len(said["place"])):
            break
    return words


def _apart(words: str) -> str:
    """Words in another direction than the text around them, in an isolate of Unicode's UAX 9:
    without it a telephone number in Arabic reads backwards.
    """
    return f"\u2066{words}\u2069" if words else ""


def _plain(words: str) -> str:
    """Ordinary spaces: others would make a text message three times as dear."""
    return words.replace("\u202f", " ").replace("\u00a0", " ")
