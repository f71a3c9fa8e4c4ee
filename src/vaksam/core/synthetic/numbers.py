"""Personal numbers that belong to nobody.

Birth numbers 980–999 are never issued to persons, and 238–239 are Skatteverket's test series. An
odd birth number is a man's. Who finds none free on their day has no personal number.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

_MEN = [n for n in (*range(980, 1000), 238, 239) if n % 2]
_WOMEN = [n for n in (*range(980, 1000), 238, 239) if not n % 2]
PER_DAY = len(_MEN)


def personal_numbers(born_on: pl.Series, woman: npt.NDArray[np.bool_]) -> pl.Series:
    """Twelve digits each, no two alike; "" where none is free on the day."""
    frame = pl.DataFrame({"day": born_on, "woman": woman}).with_columns(
        nth=pl.int_range(pl.len()).over("day", "woman")
    )
    birth_number = (
        pl.when("woman")
        .then(pl.col("nth").replace_strict(dict(enumerate(_WOMEN)), default=None))
        .otherwise(pl.col("nth").replace_strict(dict(enumerate(_MEN)), default=None))
    )
    body = frame.select(
        pl.concat_str(pl.col("day").dt.strftime("%Y%m%d"), birth_number.cast(pl.String))
    ).to_series()
    return with_check_digit(body).fill_null("")


def with_check_digit(body: pl.Series) -> pl.Series:
    """Eleven digits and their Luhn check digit (over those from the year's last two on)."""
    frame = body.alias("body").to_frame()
    digits = [pl.col("body").str.slice(n, 1).cast(pl.Int32) for n in range(2, 11)]
    doubled = [digit * 2 - 9 * (digit > 4).cast(pl.Int32) for digit in digits[::2]]
    total = pl.sum_horizontal(*doubled, *digits[1::2])
    check = ((10 - total % 10) % 10).cast(pl.String)
    return frame.select(pl.concat_str("body", check)).to_series()
