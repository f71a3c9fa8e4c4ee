"""Log lines hold no values, also when something breaks."""

import logging
import sys

from vaksam.base.logs import WithoutValues

PLANTED = "19121212-1212"


def test_an_exception_is_logged_without_its_text() -> None:
    try:
        try:
            int(PLANTED)
        except ValueError as error:
            raise KeyError(PLANTED) from error
    except KeyError:
        record = logging.makeLogRecord({"msg": "it broke", "exc_info": sys.exc_info()})
    text = WithoutValues("{message}", style="{").format(record)
    assert PLANTED not in text
    assert "ValueError" in text
    assert text.endswith("KeyError")
    assert "test_logs.py" in text
