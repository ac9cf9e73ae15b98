"""The names of exports tell rooms and people; those of nobody's business are replaced, and no other name is touched."""

import pytest

from connectors.conversing import UNREGISTERED
from connectors.messengers.roomnames import hide_rooms
from schemas.scope import Register, Scope

REGISTER = Register(
    scopes=(
        Scope(name="예산", titles=("예산 협의방",)),
        Scope(name="점검", titles=("x",), files=("KakaoTalk_20260310_0901_22_123_현장*",)),
        Scope(name="디엠", application="slack", titles=("슬랙방",)),
    )
)
HIDDEN = f"[{UNREGISTERED}]"


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("KakaoTalk_Chat_동호회_2026-03-10-09-01-22.csv", f"KakaoTalk_Chat_{HIDDEN}_2026-03-10-09-01-22.csv"),
        ("KakaoTalk_20260310_0901_22_123_동호회.txt", f"KakaoTalk_20260310_0901_22_123_{HIDDEN}.txt"),
        ("KakaoTalk Chats with 동호회.txt", f"KakaoTalk Chats with {HIDDEN}.txt"),
        ("동호회님과 카카오톡 대화.txt", f"{HIDDEN}님과 카카오톡 대화.txt"),
        ("동호회 (12명)과 카카오톡 대화-1.txt", f"{HIDDEN} (12명)과 카카오톡 대화-1.txt"),
        ("WhatsApp Chat with 동호회.zip", f"WhatsApp Chat with {HIDDEN}.zip"),
        ("WhatsApp Chat - 동호회.txt", f"WhatsApp Chat - {HIDDEN}.txt"),
        ("동호회님과의 WhatsApp 대화.txt", f"{HIDDEN}님과의 WhatsApp 대화.txt"),
        ("[LINE] Chat history with 동호회.txt", f"[LINE] Chat history with {HIDDEN}.txt"),
        ("[LINE]동호회.txt", f"[LINE]{HIDDEN}.txt"),
        ("서버 - 분류 - 동호회 [123456789012345678].json", f"{HIDDEN} [123456789012345678].json"),
        ("[LINE] 동호회님과의 대화.txt", f"[LINE] {HIDDEN}님과의 대화.txt"),
        ("KakaoTalk Chats with 동호회 (2).txt", f"KakaoTalk Chats with {HIDDEN} (2).txt"),
        ("WhatsApp Chat with 동호회.TXT", f"WhatsApp Chat with {HIDDEN}.TXT"),
    ],
)
def test_a_room_that_is_not_registered_is_hidden_in_every_form(name: str, hidden: str):
    assert hide_rooms(name, REGISTER) == hidden
    assert hide_rooms(f"총괄과/받은 파일/{name}", REGISTER) == f"총괄과/받은 파일/{hidden}"


@pytest.mark.parametrize(
    "name",
    [
        "KakaoTalk_Chat_예산 협의방_2026-03-10-09-01-22.csv",
        "예산 협의방님과 카카오톡 대화.txt",
        "KakaoTalk Chats with 예산 협의방.txt",
        "WhatsApp Chat with 예산 협의방.zip",
        "[LINE] Chat history with 예산 협의방.txt",
        "KakaoTalk_20260310_0901_22_123_현장점검.txt",
        "서버 - 슬랙방 [123456789012345678].json",
        "사업 - 보고 [12].json",
        "KakaoTalk_20260310_0901_22_123_group.txt",
        "Talk_2026.4.8 17_02-1.txt",
        "result.json",
        "2026년 예산안.hwp",
        "회의록 - 복지과 [1].hwp",
        "카카오톡 대화 수집 방안.hwp",
        "WhatsApp 도입 검토.pdf",
        "",
    ],
)
def test_a_registered_room_and_any_other_name_stay(name: str):
    assert hide_rooms(name, REGISTER) == name
    assert hide_rooms(f"동호회님과 카카오톡 대화/{name}", REGISTER) == f"동호회님과 카카오톡 대화/{name}"


def test_without_a_register_every_room_is_hidden():
    assert "예산" not in hide_rooms("예산 협의방님과 카카오톡 대화.txt", Register())
