"""Core: what is in the files — read once a content, in the sandbox, screened and masked before anything is kept."""

from collections.abc import Iterable

import dagster as dg

from assets import pictures
from assets.layers import Guide, layer_asset
from assets.raw import source_inputs
from schemas.records.attachment import AttachmentRecord
from schemas.records.attachment_link import AttachmentLink
from schemas.records.conversation import ConversationRecord
from schemas.records.element import ElementRecord
from schemas.records.export import Export
from schemas.records.export_conversation import ExportConversation
from schemas.records.export_message import ExportMessage
from schemas.records.member import Member
from schemas.records.merging import Merging
from schemas.records.message import MessageRecord
from schemas.records.message_event import MessageEvent
from schemas.records.message_source import MessageSource
from schemas.records.participant import ParticipantRecord
from schemas.records.quarantine import Quarantine
from schemas.records.reaction import ReactionRecord
from schemas.records.reading import ReadingRecord
from schemas.records.review import Review
from schemas.records.scope_access import ScopeAccess
from schemas.records.thread import Thread
from warehouse.night import Night

_READING = Guide(
    purpose="내용이 다른 파일마다 한 번씩 격리된 작업자에서 읽어 문단·제목·표로 만든다. 대외비·비밀 표시가 있으면 "
    "아무것도 남기지 않고 격리하며, 주민·외국인등록번호는 적기 전에 가린다.",
    readers="`index/chunk`와 모든 마트, 분석가(`gotgan sql`의 `core` 스키마), 격리를 맡은 담당자(`gotgan quarantine list`).",
    when_red="한 파일이 나빠서 빨개지지는 않는다(그 파일만 격리된다). `gotgan doctor`로 격리실과 메모리·디스크를 확인하고 "
    "`gotgan run`을 다시 실행하면 멈춘 곳에서 이어 읽는다. 검사 `counts_add_up`이 빨갛다면 그 설명에 적힌 파일을 "
    "개발자에게 알린다.",
    query="SELECT outcome, reason, count(*) AS n\nFROM core.reading\nGROUP BY ALL ORDER BY n DESC",
    pages=("dictionary", "reasons", "formats"),
)


_EXPORT = Guide(
    purpose="메신저 내보내기마다 업무용으로 등록된 대화를 얼마나 보관하고, 등록되지 않은 대화를 얼마나 세기만 했는지 "
    "적는다. 등록되지 않은 대화의 글·이름·방 제목은 아무것도 적지 않는다.",
    readers="대화를 등록하는 담당자와 개인정보 담당자.",
    when_red="`core/reading`이 남긴 수를 보이기만 하므로 홀로 빨개지지 않는다. 검사 `export_bytes_accounted`가 빨갛다면 설명에 "
    "적힌 내보내기를 `gotgan read`로 보고 개발자에게 알린다.",
    query="SELECT application, sum(n_messages) AS kept, sum(n_messages_left_out) AS left_out\nFROM raw.export GROUP BY ALL",
    pages=("dictionary", "conversations"),
)
_CONVERSATION = Guide(
    purpose="등록된 대화의 내보내기들을 하나로 합친다. 두 사람이 두 기기에서 내보낸 같은 방은 한 대화가 되고, 메시지마다 어느 "
    "내보내기의 몇째 줄에서 보았는지 남긴다. 내보내기에 없다는 것은 지웠다는 뜻이 아니다.",
    readers="`core/message`, 검색과 인용, 분석가. 볼 수 있는 사람은 내보내기 파일과 등록된 대화의 권한을 모두 가진 사람이다.",
    when_red="`gotgan run`을 다시 실행하면 멈춘 곳에서 이어 합친다. 검사 `only_registered_conversations`가 빨갛다면 이 밤은 "
    "공개되지 않는다. 설명을 개인정보 담당자와 개발자에게 알린다.",
    query="SELECT title, application, kind, n_messages, first_at, last_at\nFROM core.conversation ORDER BY last_at DESC",
    pages=("dictionary", "conversations"),
)
_MESSAGE = Guide(
    purpose="합친 대화의 메시지와 스레드, 반응, 첨부. 첨부는 내보내기 안이나 곁, 받은 파일 폴더에서 읽은 파일과 잇는다. "
    "메시지에 적힌 숫자는 확정된 값이 아니다.",
    readers="`index/chunk`, 분석가. 사람별 통계는 만들지 않는다.",
    when_red="검사 `merge_adds_nothing`이 빨갛다면 합친 결과가 내보내기의 순서나 횟수에 따라 달라진다는 뜻이니 개발자에게 알린다. "
    "지난 공개는 그대로 보인다.",
    query="SELECT sent_at, sender, kind, text\nFROM core.message ORDER BY sent_at DESC LIMIT 20",
    pages=("dictionary", "conversations"),
)


def core_assets(raw: Iterable[dg.AssetsDefinition]) -> list[dg.AssetsDefinition]:
    """The reading of every distinct content, and the conversations that exports of messengers show."""

    @layer_asset(
        "core",
        "reading",
        _READING,
        kinds=["ducklake", "parquet"],
        ins=source_inputs(raw),
        records=[ReadingRecord, ElementRecord, Member, Quarantine, Review],
    )
    def reading(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
        result, counts = night.read(), night.counts()
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": night.count_rows(ReadingRecord),
                **pictures.of_reading(night),
                "이번에 읽은 내용": result.n_parsed,
                "본 파일": counts.seen,
                "보관": counts.kept + counts.unchanged,
                "건너뜀": counts.skipped,
                "격리": counts.quarantined,
                "구성원": counts.members,
            }
        )

    @layer_asset(
        "raw",
        "export",
        _EXPORT,
        kinds=["ducklake", "parquet"],
        deps=[reading],
        records=[Export],
    )
    def export(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
        return dg.MaterializeResult(
            metadata={"dagster/row_count": night.count_rows(Export), **pictures.of_exports(night)}
        )

    @layer_asset(
        "core",
        "conversation",
        _CONVERSATION,
        kinds=["ducklake", "parquet"],
        deps=[reading, export],
        records=[ConversationRecord, ParticipantRecord, Merging, ScopeAccess, ExportConversation, ExportMessage],
    )
    def conversation(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
        count = night.converse()
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": night.count_rows(ConversationRecord),
                **pictures.of_conversations(night),
                "이번에 합친 묶음": count.n_added,
                "뺀 묶음": count.n_removed,
            }
        )

    @layer_asset(
        "core",
        "message",
        _MESSAGE,
        kinds=["ducklake", "parquet"],
        deps=[conversation],
        records=[
            MessageRecord,
            MessageSource,
            AttachmentRecord,
            AttachmentLink,
            ReactionRecord,
            MessageEvent,
            Thread,
        ],
    )
    def message(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
        count = night.link_attachments()
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": night.count_rows(MessageRecord),
                **pictures.of_messages(night),
                "이번에 이은 첨부": count.n_added,
            }
        )

    return [reading, export, conversation, message]
