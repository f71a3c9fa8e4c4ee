"""Background jobs of coverage."""

from procrastinate.contrib.django import app


@app.task(name="coverage.import_workbook")
def import_workbook(run_id: int) -> None:
    from vaksam.coverage.actions.runs import carry_out

    carry_out(run_id)


def defer_import(run_id: int) -> None:
    """Queue the job in the caller's transaction."""
    import_workbook.defer(run_id=run_id)
