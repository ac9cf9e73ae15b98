"""Compares what a home holds with what is true of the sample share: each file's end, its reason, and who may read it."""

from pathlib import Path

from pipelines.sample.truth import Truth
from pipelines.settings import Settings
from schemas.access import may_read
from schemas.records.access import access_of_row
from warehouse.lake import CATALOG, Lake
from warehouse.outcomes import placement_outcomes
from warehouse.placements import display_path


def differences(settings: Settings, truth: Truth, absent: frozenset[str] = frozenset()) -> list[str]:
    """What is otherwise than the truth says, a line each in the order of paths; empty if all is as it should be.

    Args:
        settings: the home that gathered the share.
        truth: what is true of the share as it lies there.
        absent: files that are not on the share just now but must still be held as they were; what the truth says of
            them is what it said when they were there.
    """
    folders = {source.name: source.folder for source in truth.sources}
    with Lake.open(settings.place, read_only=True) as lake:
        rows = lake.rows(placement_outcomes())
        accesses = {row["access_id"]: access_of_row(row) for row in lake.rows(f"FROM {CATALOG}.raw.access")}
        access_ids = lake.rows(f"SELECT placement_id, access_id FROM {CATALOG}.raw.placement")
    access_of = {row["placement_id"]: accesses[row["access_id"]] for row in access_ids}
    found = {str(Path(folders[row["source_name"]]) / row["path"]): row for row in rows}
    # A path is held as it is shown to people: identifiers masked, unprintable characters as escapes.
    wanted = {display_path(item.path): item for item in truth.files}
    # Who gathers as root sees into the folder that nobody may list; what is in there is no part of the truth.
    hidden = tuple(f"{folder}/" for folder in truth.unlisted)
    lines = [f"{path}: 없음" for path in sorted(set(wanted) - set(found))]
    lines += [
        f"{path}: 있어서는 안 됨"
        for path in sorted(set(found) - set(wanted) - {display_path(path) for path in absent})
        if not path.startswith(hidden or ("\0",))
    ]
    for path in sorted(set(wanted) & set(found)):
        item, row = wanted[path], found[path]
        if (item.outcome.value, item.reason) != (row["outcome"], row["reason"]):
            lines.append(f"{path}: {row['outcome']} {row['reason']} (정답 {item.outcome.value} {item.reason})")
        access = access_of[row["placement_id"]]
        readers = {person.name for person in truth.principals if may_read(access, person.tokens)}
        if readers != set(item.readers):
            lines.append(f"{path}: 볼 수 있는 사람 {sorted(readers)} (정답 {sorted(item.readers)})")
    return lines
