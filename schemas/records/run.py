"""`ops.run`: one row a night, a night without news included."""

from datetime import datetime

from schemas.record import Record, field


class Run(Record):
    """A run, what it saw and what it did. The whole report is a JSON file beside it; this is the part for SQL."""

    layer = "ops"
    key = ("run_id",)
    label = "실행"

    run_id: str = field("실행 ID", "id of the run", volatile=True)
    started_at: datetime = field("시작", "when it started", volatile=True)
    ended_at: datetime = field("끝", "when it ended", volatile=True)
    outcome: str = field("결과", "published, unchanged or failed", volatile=True)
    publication_id: str | None = field("공개 ID", "publication that consumers read after the run", volatile=True)
    n_seen: int = field("본 파일", "files on the sources", unit="files", volatile=True)
    n_kept: int = field("새로 보관", "files whose content was read and kept in this run", unit="files", volatile=True)
    n_unchanged: int = field("그대로", "files kept before and unchanged", unit="files", volatile=True)
    n_skipped: int = field("건너뜀", "files skipped by a rule", unit="files", volatile=True)
    n_quarantined: int = field("격리", "files in quarantine", unit="files", volatile=True)
    n_parsed: int = field("판독", "contents read in this run", unit="contents", volatile=True)
    n_embedded: int = field("임베딩", "passages embedded in this run", unit="passages", volatile=True)
    cpu_seconds: float = field("CPU 시간", "CPU time of the run and its workers", unit="seconds", volatile=True)
    peak_mb: float = field("최대 메모리", "largest resident memory of one process", unit="MB", volatile=True)
