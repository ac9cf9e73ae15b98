"""`core.withdrawal`: amounts that stopped being said without another in their place."""

from datetime import datetime

from schemas.record import Record, field


class Withdrawal(Record):
    """An amount that is no longer current, and that no other replaced."""

    layer = "core"
    key = ("amount_id",)
    label = "거둔 금액"

    amount_id: str = field("금액 ID", "amount that was withdrawn", origin=("core.budget_amount.amount_id",))
    content_id: str = field("내용 ID", "content that it was read from", origin=("core.budget_amount.content_id",))
    cause: str = field("까닭", "file_replaced (a new version does not say it) or read_again (another reading does not)")
    recorded_at: datetime = field("기록 시각", "when it was withdrawn", volatile=True)
