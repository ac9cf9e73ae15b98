"""Named selections of assets."""

import dagster as dg

NIGHTLY = "nightly"

# Everything, in one process: a step process costs about seven CPU seconds, and the steps are few.
NIGHTLY_JOB = dg.define_asset_job(
    NIGHTLY,
    selection=dg.AssetSelection.all(),
    description="공유를 훑고, 읽고, 나누고, 색인하고, 검사한 뒤 한 번에 공개한다.",
    executor_def=dg.in_process_executor,
    tags={"dagster/max_runtime": str(5 * 3600)},
)
