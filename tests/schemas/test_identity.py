"""Ids come from content alone, and no two different lists of parts share one."""

import hashlib
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identity import digest_bytes, digest_parts, fingerprint, make_id

PARTS = st.lists(
    st.one_of(st.none(), st.text(max_size=8), st.binary(max_size=8), st.integers(min_value=-999, max_value=9999)),
    max_size=5,
)


def _framed(parts: list[object]) -> list[tuple[type, object]]:
    """Parts with their types, so that True and 1, or "1" and 1, are not taken for equal."""
    return [(type(part), part) for part in parts]


@given(PARTS, PARTS)
def test_two_lists_share_a_digest_only_if_they_are_equal(one: list, other: list) -> None:
    assert (digest_parts(one) == digest_parts(other)) == (_framed(one) == _framed(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("ab", "c"), ("a", "bc")),
        (("a", ""), ("a",)),
        (("",), (None,)),
        (("1",), (1,)),
        (("가",), ("가".encode(),)),
        (("a\x1fb",), ("a", "b")),
        (("a", "s1\x1fb"), ("a", "b")),
    ],
)
def test_a_border_cannot_be_imitated_by_a_part(one: tuple, other: tuple) -> None:
    assert digest_parts(one) != digest_parts(other)


def test_the_digest_of_bytes_is_sha256() -> None:
    assert digest_bytes("곳간".encode()) == hashlib.sha256("곳간".encode()).hexdigest()


def test_an_id_is_32_hexadecimal_characters_and_depends_on_its_kind() -> None:
    made = make_id("chunk", "a", 1)
    assert len(made) == 32
    assert set(made) <= set("0123456789abcdef")
    assert made != make_id("passage", "a", 1)


def test_an_undecodable_name_still_gets_an_id() -> None:
    assert make_id("placement", "\udcb0\udca1.hwp") != make_id("placement", "\udcb0\udca2.hwp")


def test_a_fingerprint_is_independent_of_the_order_of_its_shapes() -> None:
    assert fingerprint(size=3, name="a") == fingerprint(name="a", size=3)


@pytest.mark.parametrize("other", [{"size": 4}, {"size": "3"}, {"size": 3.0}, {"length": 3}, {"size": 3, "x": None}])
def test_a_fingerprint_changes_with_every_shape(other: dict) -> None:
    assert fingerprint(size=3) != fingerprint(**other)


def test_another_process_makes_the_same_id() -> None:
    script = (
        "from schemas.identity import make_id, fingerprint; print(make_id('a', '가', 2, None), fingerprint(x='나'))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert outputs == {f"{make_id('a', '가', 2, None)} {fingerprint(x='나')}"}
