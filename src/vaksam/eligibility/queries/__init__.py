"""What others ask of eligibility: one person's answer, and how many there are of each."""

from vaksam.eligibility.facts import read as facts_in_bulk
from vaksam.eligibility.queries.ahead import DueCell, Residents, came, due_cells, residents
from vaksam.eligibility.queries.counts import (
    Count,
    Counts,
    Dimension,
    count,
    refreshed,
    weeks_ahead,
)
from vaksam.eligibility.queries.persons import (
    Answer,
    Change,
    answer,
    answers,
    facts_of,
    history,
)
from vaksam.eligibility.queries.stored import (
    StoredStatus,
    Trusted,
    codes_of,
    forget,
    stored,
    trusted,
)

__all__ = [
    "Answer",
    "Change",
    "Count",
    "Counts",
    "Dimension",
    "DueCell",
    "Residents",
    "StoredStatus",
    "Trusted",
    "answer",
    "answers",
    "came",
    "codes_of",
    "count",
    "due_cells",
    "facts_in_bulk",
    "facts_of",
    "forget",
    "history",
    "refreshed",
    "residents",
    "stored",
    "trusted",
    "weeks_ahead",
]
