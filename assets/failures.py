"""What failed in a run, as Dagster itself has recorded it: steps by their assets and checks, and kinds of errors."""

import dagster as dg

_KINDS = {
    dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED,
    dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED,
    dg.DagsterEventType.STEP_FAILURE,
}


def failed_steps(instance: dg.DagsterInstance, run_id: str) -> dict[str, str | None]:
    """Each asset (`core/reading`), or asset and check (`core/reading · coverage`), that failed → its kind of error.

    The kind is the class's name alone: an error's message may quote a document.
    """
    planned: dict[str, str] = {}
    failed: dict[str, str | None] = {}
    for entry in instance.all_logs(run_id, of_type=_KINDS):
        event = entry.dagster_event
        if event is None or event.step_key is None:
            continue
        if event.event_type is dg.DagsterEventType.STEP_FAILURE:
            cause = event.step_failure_data.error
            while cause is not None and cause.cause is not None:
                cause = cause.cause
            failed[planned.get(event.step_key, event.step_key)] = cause.cls_name if cause else None
        elif event.event_type is dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED and event.asset_key is not None:
            planned[event.step_key] = event.asset_key.to_user_string()
        elif event.step_key not in planned:
            check = event.asset_check_planned_data
            planned[event.step_key] = f"{check.asset_key.to_user_string()} · {check.check_name}"
    return failed
