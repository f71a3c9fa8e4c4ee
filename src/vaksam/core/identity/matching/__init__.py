"""Whether two records are of one person: a scored match that a person confirms."""

from vaksam.core.identity.matching.keys import keys
from vaksam.core.identity.matching.known import Known
from vaksam.core.identity.matching.scoring import (
    Agreement,
    Score,
    Verdict,
    may_merge,
    score,
    verdict,
)

__all__ = ["Agreement", "Known", "Score", "Verdict", "keys", "may_merge", "score", "verdict"]
