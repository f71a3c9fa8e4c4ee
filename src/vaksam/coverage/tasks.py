"""Background jobs of coverage."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

TRIES = 3
"""An upload that ends the worker's process this often is not tried again."""


@app.task(name="coverage.import_workbook", pass_context=True)
def import_workbook(context: JobContext, run_id: int) -> None:
    from vaksam.coverage.actions.runs import carry_out, give_up

    if context.job.attempts < TRIES:
        carry_out(run_id)
    else:
        give_up(run_id)


def defer_import(run_id: int) -> None:
    """Queue the job in the caller's transaction."""
    import_workbook.defer(run_id=run_id)
