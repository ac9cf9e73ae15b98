"""What becomes of a file: kept, unchanged, skipped by a rule or quarantined for a reason. Nothing is silently lost.

Every rule and reason is in the two catalogues below; `docs/reasons.md` is generated from them, and a code that is not
here is refused.
"""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Outcome(StrEnum):
    """The four ends of a file; each file seen in a night has exactly one."""

    KEPT = "kept"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    QUARANTINED = "quarantined"


class Reason(BaseModel):
    """Why a file was skipped or quarantined, in both languages, and what a person can do about it."""

    model_config = ConfigDict(frozen=True)

    code: str
    korean: str
    english: str
    advice: str
    is_transient: bool = False
    release: str = ""
    """What it does if a person releases such a file from quarantine; empty where there is nothing to release."""


def _catalogue(*reasons: Reason) -> dict[str, Reason]:
    return {reason.code: reason for reason in reasons}


_KEEP = "표시가 있어도 읽어 보관합니다 (번호는 그대로 가립니다)."
_AGAIN = "다음 실행에서 한 번 더 읽습니다 (한도를 올렸다면 그 한도로)."


def _reason(
    code: str, korean: str, english: str, advice: str, *, is_transient: bool = False, release: str = ""
) -> Reason:
    return Reason(code=code, korean=korean, english=english, advice=advice, is_transient=is_transient, release=release)


SKIP_RULES = _catalogue(
    _reason("office_owner_file", "문서가 열려 있다는 표시 파일", "marker of an open document", "할 일이 없습니다."),
    _reason(
        "system_file",
        "운영체제나 프로그램이 만든 파일",
        "file of the operating system or a program",
        "할 일이 없습니다.",
    ),
    _reason("temporary_file", "임시 파일이나 받다 만 파일", "temporary or half-downloaded file", "할 일이 없습니다."),
    _reason(
        "symbolic_link",
        "바로 가기(심볼릭 링크)",
        "symbolic link",
        "가리키는 파일이 공유 안에 있으면 그 자리에서 수집됩니다.",
    ),
    _reason("not_a_file", "파이프·소켓·장치", "pipe, socket or device", "할 일이 없습니다."),
    _reason(
        "embedded_without_text",
        "문서 안의 그림·개체로, 읽을 글이 없음",
        "picture or object inside a document, without text to read",
        "할 일이 없습니다. 둘레의 글은 문서와 함께 읽었습니다.",
    ),
    _reason(
        "messenger_not_yet",
        "아직 읽지 않는 모양의 메신저 내보내기",
        "export of a messenger that is not read yet",
        "docs/formats.md에 있는 형식(예: HTML 대신 JSON)으로 다시 내보내십시오.",
    ),
    _reason(
        "unregistered_conversation",
        "업무용으로 등록되지 않은 대화",
        "conversation that is not registered as business scope",
        "업무 대화방이면 gotgan.toml의 [[conversation]]에 등록하십시오(단둘의 대화는 direct = true도). "
        "내용은 아무것도 보관하지 않았습니다. docs/conversations.md를 보십시오.",
    ),
)

QUARANTINE_REASONS = _catalogue(
    _reason(
        "secrecy_mark",
        "대외비·비밀 표시가 있음",
        "bears a secrecy mark",
        "보안 담당자에게 알리십시오. 내용은 보관하지 않았습니다. 잘못 본 표시이면 review release로 풀어 줍니다.",
        release=_KEEP,
    ),
    _reason(
        "unsupported_format", "읽을 수 없는 형식", "format that is not read", "지원하는 형식으로 저장해 다시 두십시오."
    ),
    _reason(
        "no_text",
        "글자가 없는 문서(스캔 등)",
        "document without text, such as a scan",
        "글자가 있는 원본을 찾아 두십시오.",
    ),
    _reason(
        "ocr_unavailable",
        "글자 인식(OCR)이 필요한데 이 컴퓨터에 없음",
        "needs text recognition (OCR), which this machine does not have",
        "tesseract와 한국어 자료(kor)를 설치하면 다음 실행에서 읽습니다.",
    ),
    _reason(
        "needs_tool",
        "글자 인식이나 변환을 위한 격리를 시작하지 못함",
        "the sandbox for text recognition and conversion could not be started",
        "gotgan doctor의 격리 항목을 보십시오.",
        is_transient=True,
    ),
    _reason(
        "converter_unavailable",
        "LibreOffice가 있어야 읽는 형식",
        "needs LibreOffice, which this machine does not have",
        "LibreOffice를 설치하거나 새 형식(docx, xlsx, pptx)으로 저장해 다시 두십시오.",
    ),
    _reason(
        "export_not_understood",
        "다 알아듣지 못한 메신저 내보내기",
        "messenger export that was not understood as a whole",
        "gotgan read로 알아듣지 못한 줄을 보고, 원본을 다시 내보내거나 문법(docs/messenger-grammars.md)을 적으십시오.",
    ),
    _reason(
        "service_error",
        "자료 대신 오류만 담긴 서비스 응답",
        "answer of a data service that holds an error instead of data",
        "인증키와 요청 조건을 확인하고 자료를 다시 받아 두십시오.",
    ),
    _reason("empty_file", "크기가 0인 파일", "file of zero bytes", "원본을 확인하십시오."),
    _reason("corrupt", "깨진 파일", "broken file", "원본을 다시 저장하거나 다른 사본을 두십시오."),
    _reason(
        "undecodable_text",
        "문자 인코딩을 알 수 없음",
        "text in no known encoding",
        "UTF-8이나 CP949로 다시 저장하십시오.",
    ),
    _reason("password_hwp", "암호가 걸린 HWP", "HWP with a password", "암호를 풀어 다시 저장하십시오."),
    _reason("password_hwpx", "암호가 걸린 HWPX", "HWPX with a password", "암호를 풀어 다시 저장하십시오."),
    _reason(
        "password_ooxml", "암호가 걸린 오피스 문서", "Office document with a password", "암호를 풀어 다시 저장하십시오."
    ),
    _reason("password_pdf", "암호가 걸린 PDF", "PDF with a password", "암호를 풀어 다시 저장하십시오."),
    _reason(
        "password_odf", "암호가 걸린 ODF 문서", "OpenDocument file with a password", "암호를 풀어 다시 저장하십시오."
    ),
    _reason("drm_epub", "DRM이 걸린 전자책", "e-book with DRM", "DRM을 해제해 다시 저장하십시오."),
    _reason("password_archive", "암호가 걸린 압축 파일", "archive with a password", "암호를 풀어 다시 두십시오."),
    _reason("drm_hwp", "HWP 자체 DRM", "DRM of HWP itself", "DRM을 해제해 다시 저장하십시오."),
    _reason("drm_fasoo", "Fasoo DRM", "Fasoo DRM", "DRM을 해제해 다시 저장하십시오."),
    _reason("drm_softcamp", "SoftCamp DRM", "SoftCamp DRM", "DRM을 해제해 다시 저장하십시오."),
    _reason("drm_markany", "MarkAny DRM", "MarkAny DRM", "DRM을 해제해 다시 저장하십시오."),
    _reason(
        "archive_bomb",
        "풀면 지나치게 커지는 압축",
        "archive that inflates beyond the limits",
        "원본을 나누어 두십시오.",
    ),
    _reason("too_large", "크기 한도를 넘음", "larger than the limit", "gotgan.toml의 max_file_mb를 보십시오."),
    _reason(
        "too_many_elements",
        "문서가 한도보다 큼",
        "document beyond the limits",
        "문서를 나누어 두십시오.",
        release=_AGAIN,
    ),
    _reason(
        "timeout",
        "제한 시간 안에 읽지 못함",
        "not read within the time limit",
        "다음 실행에서 다시 시도하려면 review release나 quarantine retry를 쓰십시오.",
        release=_AGAIN,
    ),
    _reason(
        "out_of_memory",
        "메모리 한도를 넘음",
        "went beyond the memory limit",
        "파일을 나누어 두십시오.",
        release=_AGAIN,
    ),
    _reason(
        "reader_crashed",
        "읽는 프로그램이 죽음",
        "the reader crashed",
        "파일을 개발자에게 알리십시오.",
        release=_AGAIN,
    ),
    _reason(
        "reader_failed",
        "읽는 프로그램이 오류를 냄",
        "the reader reported an error",
        "파일을 개발자에게 알리십시오.",
        release=_AGAIN,
    ),
    _reason(
        "secret_member",
        "안에 대외비·비밀 표시 파일이 있음",
        "a member bears a secrecy mark",
        "보안 담당자에게 알리십시오. 전체를 보관하지 않았습니다.",
        release=_KEEP,
    ),
    _reason(
        "no_recipient",
        "접수함에서 아무의 폴더에도 들어 있지 않음",
        "in an inbox, but in nobody's folder",
        "사람 이름의 폴더 안에 두십시오.",
    ),
    _reason(
        "permission_denied",
        "읽기 권한이 없음",
        "no permission to read",
        "수집 계정에 읽기 권한을 주십시오.",
        is_transient=True,
    ),
    _reason(
        "read_error",
        "읽는 중 입출력 오류",
        "input or output error while reading",
        "공유와 디스크를 확인하십시오.",
        is_transient=True,
    ),
    _reason(
        "changed_while_reading",
        "읽는 동안 바뀜",
        "changed while it was read",
        "다음 실행에서 다시 읽습니다.",
        is_transient=True,
    ),
)


def reason_of(code: str) -> Reason:
    """Look a rule or reason up.

    Raises:
        KeyError: the code is in neither catalogue.
    """
    return SKIP_RULES[code] if code in SKIP_RULES else QUARANTINE_REASONS[code]


class Failed(Exception):
    """A reader's verdict that a file must be quarantined, with a reason of the catalogue and a short detail."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = QUARANTINE_REASONS[reason].code
        self.detail = detail
        super().__init__(f"{reason}: {detail}" if detail else reason)
