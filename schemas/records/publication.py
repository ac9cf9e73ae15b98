"""`ops.publication`: what consumers read, one row a publication, written last."""

from datetime import datetime

from schemas.record import Record, field


class Publication(Record):
    """One lake snapshot, one vector version and the serving files, made visible together by this row."""

    layer = "ops"
    key = ("publication_id",)
    label = "공개"

    publication_id: str = field("공개 ID", "id, sortable by time", volatile=True)
    run_id: str = field("실행 ID", "run that published it", volatile=True)
    snapshot_id: int = field("스냅숏", "lake snapshot that it names, its own", volatile=True)
    vector_table: str | None = field("벡터 테이블", "table of vectors; null when nothing is indexed")
    vector_version: int | None = field("벡터 버전", "version of that table", volatile=True)
    embedder: str | None = field(
        "임베딩 모형", "fingerprint of the model that made the vectors; null when nothing is indexed", default=None
    )
    dimension: int | None = field("차원", "length of a vector", default=None)
    model_folder: str | None = field("모형 폴더", "folder that the model was loaded from", default=None, volatile=True)
    model_lane: str | None = field("모형 실행 방식", "lane that the model ran on; null for its default", default=None)
    analyser: str | None = field("분석기", "fingerprint of the analyser of words", default=None)
    index_fingerprint: str = field("색인 지문", "fingerprint of model and analyser")
    n_batches: int = field("배치 수", "rows in ops.batch that it covers", volatile=True)
    serving_digest: str = field("제공 파일 지문", "digest over the serving files' SHA-256", volatile=True)
    published_at: datetime = field("공개 시각", "when it was published", volatile=True)
