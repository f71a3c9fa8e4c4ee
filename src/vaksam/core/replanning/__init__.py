"""The evening a directive changes: what happens to every appointment that became wrong.

`plan` answers for all affected, all places and all doses at once, with its distance from the best
there can be; `alternatives` asks the same with other things allowed; `cancel_all_and_rebook` and
`shift_all` are what regions did by hand, and `quality` compares. Frames are described in
`vaksam.core.replanning.problem`.
"""

from vaksam.core.replanning.alternatives import Way, alternatives, with_reserve
from vaksam.core.replanning.by_hand import cancel_all_and_rebook, shift_all
from vaksam.core.replanning.problem import DOSES, MOVES, Action, Limits, Other, Plan, Weights, Why
from vaksam.core.replanning.quality import Quality, quality
from vaksam.core.replanning.solving import plan

__all__ = [
    "DOSES", "MOVES", "Action", "Limits", "Other", "Plan", "Quality", "Way", "Weights", "Why",
    "alternatives", "cancel_all_and_rebook", "plan", "quality", "shift_all", "with_reserve",
]  # fmt: skip
