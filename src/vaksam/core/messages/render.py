"""A message's words: the language's text with the visit's values in it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from babel.dates import format_date, format_datetime

from vaksam.core.messages.hours import SWEDEN
from vaksam.core.messages.kinds import BLOCKS, Channel, Kind
from vaksam.core.messages.sms import parts
from vaksam.core.messages.texts import Texts, load, places_of

MOST_PARTS: Final = 2
_LEGIBLE: Final = 20  # characters of a place
_SHORTEST: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What a message says. Empty: not known, and what names it is left out.

    `travel`: how to get there; `until`: when an offer or a code ends; `hidden`: the place is not
    said, for persons with protected identity.
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
    the telephone number left out where that is not enough.
    E-mails and letters say so where the translation is a draft.
    """
    texts = load(language)
    said = _said(texts, values)
    if channel is Channel.SMS:
        words = _fitting(texts.sms[kind], said)
        return Text(texts.language, texts.direction, "", (Paragraph("", words),))
    about = texts.long[kind]
    found = [Paragraph("", about["lead"].format_map(said))]
    for name in BLOCKS[kind]:
        block = texts.blocks[name]
        if all(said.get(place) for place in places_of(block["text"])):
            found.append(Paragraph(block["heading"], block["text"].format_map(said)))
    if texts.draft:
        found.append(Paragraph("", texts.words["draft"]))
    return Text(
        texts.language, texts.direction, about["title"].format_map(said), tuple(found)
    )  # fmt: skip


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


def _fitting(text: str, said: dict[str, str]) -> str:
    """The text in few enough parts: with a shorter place, or else without the telephone too."""
    for contact, shortest in ((said["contact"], _LEGIBLE), (said["link"], _SHORTEST)):
        place = said["place"]
        words = text.format_map(said | {"contact": contact})
        while parts(words) > MOST_PARTS and len(place) > shortest:
            place = place[:-1].rsplit(" ", 1)[0].rstrip(" ,")[: len(place) - 1]
            words = text.format_map(said | {"place": place, "contact": contact})
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
