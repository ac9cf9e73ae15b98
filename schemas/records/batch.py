"""`ops.batch`: every batch that a step committed; what is later than the last publication is not public yet."""

from datetime import datetime

from schemas.record import Record, field


class Batch(Record):
    """A batch that a step committed, written in the same transaction as its rows."""

    layer = "ops"
    key = ("batch_id",)
    label = "배치"

    batch_id: str = field("배치 ID", "id of the batch", volatile=True)
    run_id: str = field("실행 ID", "run that committed it", volatile=True)
    step: str = field("단계", "name of the step", volatile=True)
    n_added: int = field("더함", "inputs worked on", volatile=True)
    n_removed: int = field("뺌", "inputs whose rows were removed", volatile=True)
    committed_at: datetime = field("확정 시각", "when it was committed", volatile=True)
