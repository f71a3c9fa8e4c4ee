"""Both solvers live in one process, whichever is asked first."""

import subprocess
import sys

import pytest

FLOW = "from ortools.graph.python import min_cost_flow"
LINEAR = "import highspy; highspy.Highs()"


@pytest.mark.parametrize("order", [(FLOW, LINEAR), (LINEAR, FLOW)])
def test_both_solvers_load(order: tuple[str, str]) -> None:
    done = subprocess.run([sys.executable, "-c", "; ".join(order)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-400:]
