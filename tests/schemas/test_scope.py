"""Which conversations may be kept: what is registered, and nothing that is nobody's business."""

import unicodedata
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.conversations import Conversation, ConversationKind, Message
from schemas.scope import Register, Scope, duplicate_names, is_denied, is_in_time, refusal


def room(title: str = "", **more: Any) -> Conversation:
    return Conversation("key", more.pop("application", "kakaotalk"), title, **more)


@pytest.mark.parametrize(
    ("scope", "conversation", "file_name", "expected"),
    [
        ({"titles": ("예산 협의방",)}, room("예산 협의방"), "", True),
        ({"titles": ("예산 협의방",)}, room(" 예산  협의방 "), "", True),
        ({"titles": (unicodedata.normalize("NFD", "예산 협의방"),)}, room("예산 협의방"), "", True),
        ({"titles": ("예산 협의방",)}, room("예산 협의방 2"), "", False),
        ({"titles": ("예산",)}, room("예산 협의방"), "", False),
        ({"titles": ("예산",), "application": "slack"}, room("예산"), "", False),
        ({"titles": ("예산",), "application": "slack"}, room("예산", application="slack"), "", True),
        ({"ids": ("C01",)}, room("이름은 바뀐다", native_id="C01"), "", True),
        ({"ids": ("C01",)}, room("C01", native_id="C02"), "", False),
        ({"files": ("Talk_2026.4.8 17*",)}, room(), "Talk_2026.4.8 17_02-1.txt", True),
        ({"files": ("Talk_2026.4.8 17*",)}, room(), "Talk_2026.4.9 17_02-1.txt", False),
        ({"files": ("예산*.txt",)}, room(), unicodedata.normalize("NFD", "예산 대화.txt"), True),
        ({"files": ("예산*.txt",), "application": "slack"}, room(), "예산 대화.txt", False),
        ({"titles": ("",), "ids": ("C01",)}, room(), "", False),
    ],
)
def test_a_conversation_is_known_by_id_title_or_file(scope, conversation, file_name, expected):
    found = Scope(name="등록", **scope)
    assert found.is_for(conversation, file_name) is expected
    assert (Register(scopes=(found,)).find(conversation, file_name) is found) is expected


def test_the_first_registration_that_fits_counts():
    first, second = Scope(name="하나", titles=("예산",)), Scope(name="둘", titles=("예산", "결산"))
    register = Register(scopes=(first, second))
    assert register.find(room("예산"), "") == first
    assert register.find(room("결산"), "") == second
    assert register.find(room("잡담"), "") is None
    assert (register.named("둘"), register.named("셋")) == (second, None)
    assert register.knows_title("결 산") is False
    assert register.knows_title(" 결산 ")


@pytest.mark.parametrize(
    "told",
    [
        {"name": "예산"},
        {"name": "", "titles": ("예산",)},
        {"name": " 예산", "titles": ("예산",)},
        {"name": "가" * 61, "titles": ("예산",)},
        {"name": "예산", "titles": ("예산",), "title": "x"},
        {"name": "노조 협의", "titles": ("예산",)},
        {"name": "예산", "titles": ("예산", "고충 상담")},
    ],
)
def test_a_registration_that_says_nothing_or_too_much_is_refused(told: dict[str, Any]):
    with pytest.raises(ValidationError):
        Scope(**told)


@pytest.mark.parametrize(
    "title", ["공무원 노조 게시판", "고 충 처리", "성희롱 예방 상담", "내부 고발 접수", "병가자 연락방"]
)
def test_some_rooms_are_nobodys_business(title: str):
    assert is_denied(title)
    assert is_denied(unicodedata.normalize("NFD", title))
    # also where a pattern of file names lets it in
    scope = Scope(name="모두", files=("*",))
    assert refusal(scope, room(title)) == "denied"


@pytest.mark.parametrize("title", ["예산 협의방", "보건복지 예산", "노인일자리 협의", "감사담당관 회신", ""])
def test_ordinary_rooms_are_not_denied(title: str):
    assert not is_denied(title)


def test_a_refusal_has_one_reason():
    open_scope, direct_scope = Scope(name="방", titles=("예산",)), Scope(name="둘", titles=("예산",), direct=True)
    direct = room("예산", kind=ConversationKind.DIRECT)
    assert refusal(None, room("예산")) == "not_registered"
    assert refusal(open_scope, room("예산", kind=ConversationKind.GROUP)) is None
    assert refusal(open_scope, room("예산")) is None
    assert refusal(open_scope, direct) == "direct"
    assert refusal(direct_scope, direct) is None


def test_the_first_day_is_a_day_in_seoul():
    scope = Scope(name="방", titles=("예산",), since=date(2026, 3, 10))
    assert is_in_time(scope, Message(datetime(2026, 3, 9, 15, 0, tzinfo=UTC), "총괄담당", "가"))
    assert not is_in_time(scope, Message(datetime(2026, 3, 9, 14, 59, tzinfo=UTC), "총괄담당", "가"))
    assert is_in_time(scope.model_copy(update={"since": None}), Message(datetime(1999, 1, 1, tzinfo=UTC), "", ""))


def test_the_fingerprint_tells_what_would_be_kept_and_nothing_of_who_may_read():
    scope = Scope(name="방", titles=("예산",), access=("group:예산",))
    base = Register(scopes=(scope,)).fingerprint
    changes: list[dict[str, Any]] = [
        {"name": "다른 방"}, {"titles": ("결산",)}, {"ids": ("C1",)}, {"files": ("*",)}, {"direct": True},
        {"since": date(2026, 1, 1)}, {"application": "slack"},
    ]  # fmt: skip
    changed = {Register(scopes=(scope.model_copy(update=one),)).fingerprint for one in changes}
    assert base not in changed
    assert len(changed) == len(changes)
    assert Register(scopes=(scope.model_copy(update={"access": ()}),)).fingerprint == base
    assert Register().fingerprint not in {base, *changed}


def test_names_that_are_there_twice_are_told():
    scopes = [Scope(name=name, titles=("예산",)) for name in ("나", "가", "나", "가", "다")]
    assert duplicate_names(scopes) == ["가", "나"]
    assert duplicate_names(scopes[:2]) == []
