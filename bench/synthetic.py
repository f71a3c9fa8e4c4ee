"""How long a region that does not exist takes to make, beside writing it to a file."""

from datetime import date

from people import ON, PERSONS, RESIDENTS
from report import Table
from timing import measure

from vaksam.cli import demo_people
from vaksam.core import synthetic

_MOMENTS = (ON, date(2023, 10, 2))


def run() -> list[Table]:
    rows = []
    for on in _MOMENTS:
        spec = demo_people._spec(on, PERSONS / RESIDENTS, calibrate=False)
        made = synthetic.build(spec)
        build = measure(lambda spec=spec: synthetic.build(spec), 3, warm=0).median
        write = measure(lambda made=made: made.people.write_csv(), 3, warm=0).median
        count = made.people.height
        rows.append((f"{on:%d %b %Y}", build, count / build, made.doses.height, build / write))
    return [
        Table(
            f"A synthetic region of {PERSONS:,} people",
            ("on", "median s", "persons/s", "doses", "× writing it as CSV"),
            rows,
        )
    ]
