"""The files of a real share that nobody wrote to be read: locked, broken, secret, foreign, or not a document at all."""

from pipelines.sample import projects, prose, prose_notices
from pipelines.sample.archive import pack_archive, pack_bomb
from pipelines.sample.budget_shelf import CIRCULAR_NAME
from pipelines.sample.hwp5 import write_hwp5
from pipelines.sample.hwpx import write_hwpx
from pipelines.sample.item import Item, refused, symbolic_link
from pipelines.sample.messenger import Message, write_kakaotalk, write_slack_export
from pipelines.sample.pdf import write_scan
from pipelines.sample.protected import noise, write_encrypted_office, write_fasoo
from pipelines.sample.tables import item_table
from pipelines.sample.text import write_txt
from pipelines.sample.truth import MemberTruth
from pipelines.sample.xlsx import Sheet, write_xlsx
from schemas.outcome import Outcome

SECRECY_MARK = "대외비"
HEADER_CANARY = "은하수매듭"
NAME_CANARY = "달무리서랍"
MEMBER_CANARY = "솔바람열쇠"
LOCKED_CANARY = "가람빗장"
KAKAOTALK_CANARY = "모과차쪽지"
SLACK_CANARY = "들국화쪽지"

_YEAR = projects.BUDGET_YEAR
_BUDGET = f"{projects.BUDGET_OFFICE}/{_YEAR}년"
_WELFARE = f"{projects.WELFARE_OFFICE}/{_YEAR}년"
_REQUEST = f"{projects.BUDGET_OFFICE}/{projects.REQUEST_YEAR}년"
# 100 MiB: beyond what a careful reader still lets pass as a very regular file.
_BOMB_SEGMENTS = 1_600
_MIDNIGHT = 1773068400


def hard_items() -> list[Item]:
    """Every file that must not be kept, over both offices."""
    return [*_secret(), *_locked(), *_broken(), *_not_documents(), *_messengers(), *_links()]


def _secret() -> list[Item]:
    by_header = write_hwpx(prose_notices.ceiling_adjustment(HEADER_CANARY, SECRECY_MARK))
    by_name = write_txt(prose_notices.ceiling_adjustment(NAME_CANARY, None))
    member = write_hwpx(prose_notices.ceiling_adjustment(MEMBER_CANARY, SECRECY_MARK))
    harmless = write_txt(prose_notices.document_security_notice())
    secret_path, harmless_path = "협의/총액 조정안 검토.hwpx", "협의/업무 문서 보관 안내.txt"
    archive = pack_archive({harmless_path: harmless, secret_path: member}, encoding="cp949")
    members = [
        MemberTruth(path=harmless_path, outcome=Outcome.QUARANTINED, reason="secret_member"),
        MemberTruth(
            path=secret_path, outcome=Outcome.QUARANTINED, reason="secrecy_mark", must_not_find=(MEMBER_CANARY,)
        ),
    ]
    return [
        refused(
            f"{_BUDGET}/조정/총액 조정안 검토.hwpx",
            by_header,
            "secrecy_mark",
            fiscal_year=_YEAR,
            file_format="hwpx",
            canaries=[HEADER_CANARY],
        ),
        refused(
            f"{_BUDGET}/조정/({SECRECY_MARK}) 현안 조정 메모.txt",
            by_name,
            "secrecy_mark",
            fiscal_year=_YEAR,
            canaries=[NAME_CANARY],
        ),
        refused(
            f"{_WELFARE}/협의/부처 협의 자료.zip",
            archive,
            "secret_member",
            fiscal_year=_YEAR,
            file_format="zip",
            canaries=[MEMBER_CANARY],
            members=members,
        ),
    ]


def _locked() -> list[Item]:
    adjustment = prose_notices.ceiling_adjustment(LOCKED_CANARY, None)
    memo = {"협의안.txt": write_txt(adjustment)}
    return [
        refused(
            f"{_WELFARE}/협의/협의안(암호).hwp",
            write_hwp5(adjustment, has_password=True),
            "password_hwp",
            fiscal_year=_YEAR,
            file_format="hwp5",
            canaries=[LOCKED_CANARY],
        ),
        refused(
            f"{_WELFARE}/각목명세서/인건비 산출내역.xlsx",
            write_encrypted_office(9_000),
            "password_ooxml",
            fiscal_year=_YEAR,
        ),
        refused(f"{_BUDGET}/조정/세입 전망 검토.hwp", write_fasoo(6_000), "drm_fasoo", fiscal_year=_YEAR),
        refused(
            f"{_BUDGET}/조정/협의안 묶음.zip",
            pack_archive(memo, encoding="cp949", is_encrypted=True),
            "password_archive",
            fiscal_year=_YEAR,
            file_format="zip",
            canaries=[LOCKED_CANARY],
        ),
    ]


def _broken() -> list[Item]:
    briefing = prose.project_briefing(projects.ACCESS_TAXI, _YEAR)
    sheet = Sheet("목별", "집행 내역", item_table(projects.SENIOR_MEALS, _YEAR), (3, 4, 5, 6))
    workbook = write_xlsx("집행 내역", [sheet])
    return [
        refused(
            f"{_WELFARE}/사업설명자료/장애인 이동나래 지원(복사본).hwp",
            write_hwp5(briefing, is_damaged=True),
            "corrupt",
            fiscal_year=_YEAR,
            file_format="hwp5",
        ),
        refused(f"{_WELFARE}/집행/집행 내역.xlsx", workbook[: len(workbook) * 2 // 3], "corrupt", fiscal_year=_YEAR),
        refused(f"{_REQUEST}/새 한글 문서.hwp", b"", "empty_file", fiscal_year=projects.REQUEST_YEAR),
        refused(
            f"{_WELFARE}/참고/자료 모음.zip",
            pack_bomb("자료 모음.csv", _BOMB_SEGMENTS),
            "archive_bomb",
            fiscal_year=_YEAR,
        ),
    ]


def _not_documents() -> list[Item]:
    return [
        refused(f"{_WELFARE}/점검/확인서명부 스캔.pdf", write_scan(), "no_text", fiscal_year=_YEAR, file_format="pdf"),
        refused(f"{_REQUEST}/업무망 점검 도구.dat", b"\x00\x01TOOL\x00" + noise(3_000), "unsupported_format"),
        refused(
            f"{_BUDGET}/예산요구서/~${_YEAR}년도 예산요구서(다온행정부).xlsx",
            _owner_file("담당 사무관"),
            "office_owner_file",
        ),
        refused(f"{projects.COMMON_FOLDER}/보도자료/Thumbs.db", noise(2_048), "system_file"),
    ]


def _owner_file(owner: str) -> bytes:
    """165 bytes as Excel leaves them beside an open workbook: the owner's name, once short and once wide."""
    short = owner.encode("cp949")
    wide = owner.encode("utf-16-le")
    return (bytes([len(short)]) + short).ljust(55, b" ") + (bytes([len(owner), 0]) + wide).ljust(110, b"\0")


def _messengers() -> list[Item]:
    talk = [
        Message("총괄담당", "14:05", "나눔터 최소 인원 건은 시범사업으로 나누어 올려 주세요."),
        Message("복지담당", "14:07", f"네, {KAKAOTALK_CANARY} 건과 함께 정리해서 올리겠습니다."),
        Message("총괄담당", "17:58", "내일 오전 협의회 전까지 부탁드립니다."),
    ]
    posts = [
        Message("총괄담당", "09:12", f"3월 집행 현황 올렸습니다. {SLACK_CANARY} 항목만 다시 봐 주세요."),
        Message("복지담당", "09:40", "이월 사유가 빠진 사업이 하나 있습니다."),
    ]
    return [
        refused(
            f"{_WELFARE}/KakaoTalk_20260310_1802_11_417_group.txt",
            write_kakaotalk("예산 협의방", "2026년 3월 10일 화요일", "2026-03-10 18:02:11", talk),
            "messenger_not_yet",
            canaries=[KAKAOTALK_CANARY],
        ),
        refused(
            f"{_BUDGET}/예산협업 Slack export Mar 1 2026 - Mar 31 2026.zip",
            write_slack_export("예산협업", "2026-03-10", _MIDNIGHT, posts),
            "messenger_not_yet",
            canaries=[SLACK_CANARY],
        ),
    ]


def _links() -> list[Item]:
    return [
        symbolic_link(f"{_BUDGET}/바로 가기 - {CIRCULAR_NAME}", f"편성지침/{CIRCULAR_NAME}"),
        # Two folders up from the year's folder is the share itself, three are outside it.
        symbolic_link(f"{_BUDGET}/바로 가기 - 상위 폴더", "../../.."),
    ]
