"""`core.scope_access`: the access of a place and that of a registered conversation together."""

from schemas.record import Record, field


class ScopeAccess(Record):
    """Who may read what was said in a registered conversation, from an export with a given access: both doors must be open."""

    layer = "core"
    key = ("scope", "access_id")
    label = "대화의 접근 권한"

    scope: str = field("등록 이름", "name of the `[[conversation]]`", origin=("core.export_conversation.scope",))
    access_id: str = field("자리의 접근 ID", "access of the export's place", origin=("raw.placement.access_id",))
    combined_id: str = field("합친 접근 ID", "access of both together (`raw.access`)", origin=("raw.access.access_id",))
