"""Unknown access is nobody, a deny wins on its own placement, and only listed people hold tokens."""

import pytest
from pydantic import ValidationError

from schemas.access import Access, Principal, UnknownPrincipal, find_principal, may_read

KIM = Principal(name="kim", groups=("budget", "S-1-5-21-7"), clearance="internal")
LEE = Principal(name="lee")


def test_no_allow_means_nobody() -> None:
    assert not may_read(Access(), KIM.tokens)
    assert not may_read(Access(deny=("user:lee",)), KIM.tokens)


def test_a_principal_holds_name_groups_clearance_and_the_listed_group() -> None:
    assert KIM.tokens == {"user:kim", "group:all", "group:budget", "S-1-5-21-7", "clearance:internal"}
    assert LEE.tokens == {"user:lee", "group:all"}


@pytest.mark.parametrize("token", ["user:kim", "group:all", "group:budget", "S-1-5-21-7", "clearance:internal"])
def test_any_held_token_allows(token: str) -> None:
    assert may_read(Access(allow=(token, "group:elsewhere")), KIM.tokens)


@pytest.mark.parametrize(
    "token", ["user:kim ", "USER:kim", "group:Budget", "budget", "clearance:secret", "", "group:*"]
)
def test_a_token_that_only_looks_alike_does_not_allow(token: str) -> None:
    assert not may_read(Access(allow=(token,)), KIM.tokens)


def test_a_deny_beats_every_allow_of_the_same_placement() -> None:
    assert not may_read(Access(allow=("group:all", "user:kim"), deny=("group:budget",)), KIM.tokens)


def test_a_deny_on_one_placement_leaves_another_readable() -> None:
    denied = Access(allow=("group:all",), deny=("user:kim",))
    allowed = Access(allow=("group:all",))
    assert [may_read(access, KIM.tokens) for access in (denied, allowed)] == [False, True]


def test_somebody_without_tokens_reads_nothing() -> None:
    assert not may_read(Access(allow=("group:all",)), ())


def test_a_qualified_group_is_taken_as_it_stands() -> None:
    assert Principal(name="svc", groups=("clearance:internal",)).tokens == {
        "user:svc",
        "group:all",
        "clearance:internal",
    }


def test_an_access_id_ignores_order_and_repetition() -> None:
    one = Access(allow=("b", "a", "a"), deny=("d", "c"))
    assert one.access_id == Access(allow=("a", "b"), deny=("c", "d")).access_id


def test_an_access_id_tells_allow_from_deny() -> None:
    ids = {
        Access(allow=("a", "b")).access_id,
        Access(allow=("a",), deny=("b",)).access_id,
        Access(deny=("a", "b")).access_id,
        Access(allow=("ab",)).access_id,
        Access().access_id,
    }
    assert len(ids) == 5


def test_a_misspelt_setting_is_refused_and_not_ignored() -> None:
    with pytest.raises(ValidationError):
        Access.model_validate({"allow": ["group:all"], "denied": ["user:kim"]})
    with pytest.raises(ValidationError):
        Principal.model_validate({"name": "kim", "group": ["budget"]})


def test_an_unlisted_name_is_unknown() -> None:
    assert find_principal([LEE, KIM], "kim") is KIM
    with pytest.raises(UnknownPrincipal, match="park"):
        find_principal([LEE, KIM], "park")
