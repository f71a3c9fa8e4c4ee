r"""Small numbers: what may be shown of counts from Vaksam's own records.

Every page, command and download that shows such counts passes them through `protect` (a table) or
`shown` (a single number). Published official figures do not: their publisher has done its own.

Notes
-----
*Primary.* A cell is sensitive when it holds 1 to `threshold` - 1 persons, or, where the population
is known, when all but so few are counted (the complement is as small), or when the population
itself is that small. An exact zero is shown unless the policy says otherwise, and so is
"everybody" in a population at or over the threshold: whoever shows shares should know that both
tell something of each member of the group.

*Secondary.* Hiding one more cell in each line that has a single hidden cell is not enough: two
closed patterns joined by one cell give that cell away. Instead each sensitive cell is made a
corner of a *hypercube* of hidden cells (Repsilber's method, as in τ-ARGUS): one other level is
chosen in each dimension, and the cells at all combinations of the two levels are hidden. Adding 1
to half of the corners and taking 1 from the rest leaves every shown total as it is, so at least
two tables fit what is shown. Only hypercubes are used in which both tables also keep every
sensitive cell sensitive and every other not: even somebody who knows the threshold and which
cells are primary cannot tell them apart. In a one-way table this hides the smallest cell that
serves. Of several hypercubes the one that hides the fewest further persons is taken, and totals
are hidden only when nothing else serves. If none serves, as in a tiny table of ones, the whole
table is hidden. Pages mark both kinds of hidden cell alike: which is which is nobody's business.

*Rounding.* Shown counts, totals too, are each rounded to the nearest multiple of `rounding` after
suppression, so shown parts need not add up to shown totals. Shares are of rounded counts.

*Limits.* A hidden count can still be bounded, though not told exactly. One table is protected at a
time: two that overlap (other age limits, nested areas, the week before, "at least 1 dose" beside
"at least 2") can be subtracted from one another, and then only the rounding stands in between,
so keep it on for anything published. Put what belongs together in one table, with doses as
disjoint levels. Nothing is claimed against somebody who reruns the choice of secondary cells
on every table that fits (Wong et al. 2007).

References
----------
Hundepool, Domingo-Ferrer, Franconi, Giessing, Schulte Nordholt, Spicer and de Wolf (2012),
Statistical Disclosure Control, Wiley, chapter 4.
Statistics Sweden, Handbok i statistisk röjandekontroll.
Office for National Statistics, Policy on protecting confidentiality in tables of birth and death
statistics.
Wong, Fu, Wang and Pei (2007), Minimality attack in privacy preserving data publishing, VLDB.
"""

from vaksam.core.disclosure.policy import Policy, sensitive, shown
from vaksam.core.disclosure.tables import protect

__all__ = ["Policy", "protect", "sensitive", "shown"]
