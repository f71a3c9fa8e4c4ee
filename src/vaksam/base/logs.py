"""Log lines without anybody's data.

An exception's own text can quote what was being handled: a database error the row's values, a
parser the text. A traceback in the log therefore says where and of what type, not what.
"""

import logging
import traceback
from types import TracebackType

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutValues(logging.Formatter):
    """Formats exceptions as types and lines of code, the cause first, without their texts."""

    def formatException(self, ei: ExcInfo) -> str:
        return "\n".join(_lines(ei[1])) if ei[1] is not None else ""


def _lines(error: BaseException) -> list[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = [*_lines(before), "then:"] if before is not None else []
    for frame in traceback.extract_tb(error.__traceback__):
        lines.append(f"  {frame.filename}:{frame.lineno} in {frame.name}")
    return [*lines, type(error).__qualname__]
