"""How doors say where something stands and how to open it: file, version, place in the file, publication."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from schemas.provenance import Locator
from warehouse.doors.session import Place
from warehouse.doors.versions import Version

_KOREAN_TIME = timezone(timedelta(hours=9))


def cite_words(path: str, locator: str, publication_id: str, version: str = "") -> str:
    """A citation in one line: file, place in it, version, and the publication that it was read from."""
    return f"{' · '.join(part for part in (path, locator, version) if part)} [{publication_id}]"


def version_words(place: Place, version: Version | None = None) -> str:
    """Which version of a file it is: the beginning of its content id, the day it was changed, and its place among drafts."""
    day = f"{place.modified_at.astimezone(_KOREAN_TIME):%Y-%m-%d}" if isinstance(place.modified_at, datetime) else ""
    return " ".join(part for part in (place.content_id[:8], day, version.words if version else "") if part)


def opening_words(place: Place, where: str) -> str:
    """How to open a place: source, path, path inside an archive or mail, and where in the file."""
    inner = f" 안의 {place.member_path}" if place.member_path else ""
    return f"소스 {place.source_name}의 {place.path}{inner}" + (f" — {where}" if where else "")


def cell_words(row: Mapping[str, Any]) -> str:
    """The cell of a row of `core.budget_amount`: its address in a sheet, else its row and column in the table."""
    place = Locator(page=row["page"], sheet=row["sheet"], cells=row["cell"], table=row["table_no"])
    parts = [str(place)]
    if row["cell"] is None:
        parts.append(f"{row['row']}행 {row['col']}열")
    if row["line"] is not None:
        parts.append(f"칸 안 {row['line']}째 줄")
    return " · ".join(part for part in parts if part)
