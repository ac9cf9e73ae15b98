"""Numbers, times and names as a Korean operator reads them. Times are Asia/Seoul, whatever the machine's zone."""

import unicodedata
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from schemas.outcome import QUARANTINE_REASONS, SKIP_RULES, Reason
from warehouse.reviews import discover_kinds

SEOUL = ZoneInfo("Asia/Seoul")

OUTCOMES = {
    "published": ("새로 공개함", "published"),
    "unchanged": ("바뀐 것 없음", "nothing new"),
    "partial": ("일부만 실행함", "partial"),
    "failed": ("실패", "FAILED"),
}
"""A run's outcome → in Korean, in English."""

SOURCE_STATES = {
    "complete": ("모두 읽음", "complete"),
    "partial": ("일부 읽지 못함", "partial"),
    "unreachable": ("닿지 않음", "unreachable"),
    "held": ("삭제 보류", "deletions held"),
    "not_walked": ("훑지 않음", "not walked"),
}
"""How a source was found → in Korean, in English; `not_walked` where the run ended before its turn."""

STEPS = {
    "core/reading": ("읽기", "reading"),
    "ops/quarantine": ("격리 정리", "quarantine"),
    "core/access": ("대화의 권한", "access to talks"),
    "core/scope_access": ("대화마다의 권한", "access by talk"),
    "core/message": ("대화 합치기", "merging talks"),
    "core/conversation": ("대화 합치기", "merging talks"),
    "core/attachment_link": ("첨부 잇기", "linking attachments"),
    "core/budget_amount": ("금액 뽑기", "amounts"),
    "core/project": ("사업과 기관", "projects"),
    "core/org_unit": ("기관", "offices"),
    "core/budget_line": ("과목", "lines"),
    "core/document": ("문서 종류", "documents"),
    "core/reconciliation": ("검산", "reconciling"),
    "core/succession": ("승계 찾기", "successions"),
    "core/link": ("금액 잇기", "links"),
    "core/draft": ("초안 묶기", "drafts"),
    "core/signature": ("본문 지문", "signatures"),
    "core/likeness": ("본문 견주기", "comparing texts"),
    "index/chunk": ("나누기", "chunking"),
    "index/passage": ("색인", "indexing"),
    "index/access": ("권한", "access"),
    "index/rebuild": ("색인 다시 짓기", "rebuilding"),
    "ops/decision": ("결정 받기", "decisions"),
    "ops/review": ("검토 정리", "reviews"),
    "raw/receipt": ("접수증", "receipts"),
    "publish": ("공개", "publishing"),
}

SOURCE_CHECK = "listed_whole:"
"""What the name of the check on a source's walk begins with; the source's name follows."""

_CHECKS = {
    "counts_add_up": "파일마다 결말 하나",
    "export_bytes_accounted": "내보내기를 다 알아들음",
    "only_registered_conversations": "등록된 대화만 보관",
    "merge_adds_nothing": "다시 합쳐도 늘지 않음",
    "no_unmasked_number": "가리지 않은 번호 없음",
    "lake_and_vectors_agree": "레이크와 벡터가 같음",
    "amounts_reparse": "금액이 적힌 글과 같음",
    "amounts_add_up": "합이 맞음",
    "quarantine_rate": "격리율이 평소와 같음",
    "coverage": "문서를 다 읽음",
    "last_success": "지난밤도 성공",
}


def check_words(name: str) -> str:
    """A check's name in Korean; one that is not listed is shown as it is called."""
    if name.startswith(SOURCE_CHECK):
        return f"{name.removeprefix(SOURCE_CHECK)}의 목록을 다 읽음"
    return _CHECKS.get(name, name)


def review_words(kind: str) -> str:
    """A kind of question in Korean; one that this version does not know is shown as it is called."""
    kinds = discover_kinds()
    return kinds[kind].label if kind in kinds else kind


def step_words(name: str) -> tuple[str, str]:
    """A step's name in Korean and in English; one that is not listed is shown as it is called."""
    if name in STEPS:
        return STEPS[name]
    layer, _, rest = name.partition("/")
    if layer == "raw" and rest:
        return f"{rest} 훑기", f"walking {rest}"
    if layer == "mart" and rest:
        return f"마트 {rest}", f"mart {rest}"
    return name, name


def reason_words(code: str) -> Reason:
    """A rule or reason of the catalogue; a code that a newer version has written stands for itself."""
    found = QUARANTINE_REASONS.get(code) or SKIP_RULES.get(code)
    if found is not None:
        return found
    shown = printable(code)
    return Reason(code=shown, korean=shown, english=shown, advice="이 판의 목록에 없는 까닭입니다.")


def instant(text: str) -> datetime:
    """An instant of a report, in Seoul's time.

    Raises:
        ValueError: it is not ISO 8601.
    """
    return datetime.fromisoformat(text).astimezone(SEOUL)


def hours_between(earlier: datetime, later: datetime) -> float:
    """Hours from one instant to another; negative if they stand the other way round."""
    return (later - earlier) / timedelta(hours=1)


def minute(moment: datetime) -> str:
    """`2026-11-25 02:14`, in Seoul's time."""
    return f"{moment.astimezone(SEOUL):%Y-%m-%d %H:%M}"


def short_minute(moment: datetime) -> str:
    """`11-25 02:14`, in Seoul's time."""
    return f"{moment.astimezone(SEOUL):%m-%d %H:%M}"


def age_words(hours: float) -> tuple[str, str]:
    """How long ago, in Korean and in English."""
    if hours < -0.1:
        return "앞선 시각", "in the future"
    if hours < 1:
        minutes = max(0, round(hours * 60))
        if minutes < 1:
            return "방금", "just now"
        return f"{minutes}분 전", f"{minutes} min ago"
    if hours < 72:
        return f"{hours:.0f}시간 전", f"{hours:.0f} h ago"
    return f"{hours / 24:.0f}일 전", f"{hours / 24:.0f} d ago"


def seconds_words(seconds: float) -> str:
    """`3.2초`, `14분 3초`, `2시간 5분`."""
    if seconds < 60:
        return f"{seconds:,.1f}초"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60}분 {whole % 60}초"
    return f"{whole // 3600:,}시간 {whole % 3600 // 60}분"


def bytes_words(size: float) -> str:
    """`512 B`, `1.4 MB`, `2.0 TB`."""
    for unit in ("B", "KB", "MB", "GB"):
        if abs(size) < 1024:
            return f"{size:,.0f} {unit}" if unit == "B" else f"{size:,.1f} {unit}"
        size /= 1024
    return f"{size:,.1f} TB"


def printable(text: str) -> str:
    """Text of a file's name for a terminal: nothing in it can move the cursor, change a colour or turn the writing."""
    return "".join(character if character.isprintable() else "�" for character in text)


def display_width(text: str) -> int:
    """Columns that a text takes on a terminal: a Hangul syllable takes two, a combining mark none."""
    width = 0
    for character in text:
        if unicodedata.combining(character):
            continue
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return width


def padded(text: str, width: int, *, right: bool = False) -> str:
    """The text filled up with spaces to `width` columns; to the right edge if `right`."""
    fill = " " * max(0, width - display_width(text))
    return fill + text if right else text + fill


def clipped(text: str, width: int) -> str:
    """The text within `width` columns, its middle left out if it is longer: the end of a path names the file."""
    if display_width(text) <= width:
        return text
    head, tail = "", ""
    room = width - 1
    for character in text:
        if display_width(head + character) > room // 3:
            break
        head += character
    for character in reversed(text):
        if display_width(head + character + tail) > room:
            break
        tail = character + tail
    return f"{head}…{tail}"
