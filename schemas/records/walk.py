"""`ops.walk`: how each source was found on each run."""

from datetime import datetime

from schemas.record import Record, field


class WalkRecord(Record):
    """One source in one run: whether it could be listed whole, what was seen, what was held back."""

    layer = "ops"
    key = ("run_id", "source_name")
    label = "소스 순회"

    run_id: str = field("실행 ID", "id of the run", volatile=True)
    source_name: str = field("소스", "name of the source", volatile=True)
    state: str = field("상태", "complete, partial, unreachable or held", volatile=True)
    detail: str | None = field("상세", "what could not be listed, or why deletions are held", volatile=True)
    n_seen: int = field("본 파일", "files seen", unit="files", volatile=True)
    n_new: int = field("새 파일", "places not known before", unit="files", volatile=True)
    n_changed: int = field("바뀐 파일", "places with other bytes or another access", unit="files", volatile=True)
    n_moved: int = field("옮긴 파일", "places whose file lay elsewhere before", unit="files", volatile=True)
    n_missing: int = field("안 보인 파일", "known places that were not seen", unit="files", volatile=True)
    n_deleted: int = field(
        "사라진 파일", "places removed, missing in enough complete walks", unit="files", volatile=True
    )
    walked_at: datetime = field("순회 시각", "when the walk ended", volatile=True)
