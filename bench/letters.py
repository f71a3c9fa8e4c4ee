"""Letters as PDF: one by one, a thousand in a file, and with a process for each file."""

import resource
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from report import Table

from vaksam.core.letters import Letter, Part, letter, letters
from vaksam.core.messages import LANGUAGES, Channel, Kind, Values, render
from vaksam.messaging.press import AT_ONCE, press

LETTERS = 10_000
ALONE = 300


def run() -> list[Table]:
    began = time.perf_counter()
    made = [_letter(number) for number in range(LETTERS)]
    words = time.perf_counter() - began
    alone = _seconds(lambda: [letter(each) for each in made[:ALONE]])
    files: list[bytes] = []
    pressed = _seconds(
        lambda: files.extend(
            press(made[start : start + AT_ONCE], title="Letters")
            for start in range(0, LETTERS, AT_ONCE)
        )
    )
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
    one = _seconds(lambda: letters(made[:AT_ONCE], title="Letters"))
    rows = [
        ("words only, rendered", LETTERS, words, LETTERS / words),
        ("one by one", ALONE, alone, ALONE / alone),
        (f"{AT_ONCE:,} in a file, in this process", AT_ONCE, one, AT_ONCE / one),
        (f"{AT_ONCE:,} in a file, as the job does", LETTERS, pressed, LETTERS / pressed),
    ]
    notes = [
        f"{sum(map(len, files)) / 1e6:.0f} MB in {len(files)} files; at most {child:.0f} MB of "
        "memory in the process that typesets. One in ten letters is not in Swedish.",
        "Reading persons and times from the database is not in it.",
    ]
    return [Table("Letters, one A4 page each", ("how", "letters", "seconds", "per second"),
                  rows, notes)]  # fmt: skip


def _letter(number: int) -> Letter:
    language = LANGUAGES[number // 10 % 5] if number % 10 == 0 else "sv"
    starts_at = datetime(2021, 4, 20, 7, tzinfo=UTC) + timedelta(minutes=number)
    values = Values(
        link=f"https://vaccination.region.example/boka/{language}/", telephone="090-123 45 67",
        starts_at=starts_at, place="Ersboda hälsocentral", address="Storgatan 1, 903 25 Umeå",
        travel="Buss 1 till Ersboda centrum. Ingång från gården.", keep_by=date(2021, 4, 18),
        code=str(number).zfill(6),
    )  # fmt: skip
    text = render(Kind.LETTER, Channel.LETTER, language, values)
    return Letter(
        language=language, direction=text.direction, title=text.subject, date="2021-04-13",
        sender=("Region Exempel", "090-123 45 67"),
        to=(f"Person {number}", "Skogsvägen 1", "903 25 UMEÅ"),
        paragraphs=tuple(Part(heading=each.heading, text=each.text) for each in text.paragraphs),
    )  # fmt: skip


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
