"""Dagster's own instance of a home: where it lies, with which settings, and who makes its databases."""

import os

from pipelines.settings import Settings
from warehouse.durability import replace_file
from warehouse.layout import project_folder
from warehouse.lock import waiting_lock


def prepare_instance(settings: Settings) -> None:
    """Make Dagster's instance inside the home, ready for any number of processes, and point this process at it.

    The folder gets a copy of the repository's `dagster.yaml`; `DAGSTER_HOME`, `GOTGAN_HOME` and
    `DAGSTER_DISABLE_TELEMETRY` are set for this process and those that it starts.

    Its SQLite databases are made here, by one process at a time. Dagster lets whoever opens an instance first make them,
    without a lock: a daemon and its code server that start together on a new home can both write the version of the
    schema, after which neither they nor anybody later can open it ("more than one head present").
    """
    home = settings.home
    home.dagster_folder.mkdir(parents=True, exist_ok=True)
    os.environ["DAGSTER_HOME"] = str(home.dagster_folder)
    os.environ["GOTGAN_HOME"] = str(home.root)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    with waiting_lock(home.dagster_lock_file):
        source = project_folder() / "dagster.yaml"
        if source.is_file():
            # Replaced whole: a daemon may be reading it.
            replace_file(home.dagster_settings_file, source.read_bytes())

        import dagster as dg

        with dg.DagsterInstance.get():
            pass
