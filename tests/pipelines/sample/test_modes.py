"""Who may read a file by its modes, example by example."""

import pytest

from pipelines.sample.modes import access_of, readers_of
from pipelines.sample.truth import SourceTruth
from schemas.access import Access, Principal

EVERYONE, OWNER, GROUP = "group:과", "user:담당", "group:과-과장"
SOURCE = SourceTruth(name="과", folder="과", access=(EVERYONE,), has_permissions=True, owner=OWNER, group=GROUP)


@pytest.mark.parametrize(
    ("folders", "file", "access"),
    [
        ((0o755,), 0o644, Access(allow=(EVERYONE,))),
        ((0o755,), 0o600, Access(allow=(OWNER,), within=((EVERYONE,),))),
        ((0o755,), 0o640, Access(allow=(GROUP, OWNER), within=((EVERYONE,),))),
        ((0o755,), 0o000, Access(within=((EVERYONE,),))),
        ((0o755, 0o750), 0o644, Access(allow=(EVERYONE,), within=((GROUP, OWNER),))),
        ((0o755, 0o750), 0o640, Access(allow=(GROUP, OWNER), within=((EVERYONE,),))),
        ((0o755, 0o700, 0o750), 0o644, Access(allow=(EVERYONE,), within=((GROUP, OWNER), (OWNER,)))),
        ((0o755,), 0o604, Access(allow=(EVERYONE,), deny=(GROUP,))),
        ((0o755,), 0o044, Access(allow=(EVERYONE,), deny=(OWNER,))),
        ((0o705,), 0o644, Access(allow=(EVERYONE,), deny=(GROUP,))),
        ((0o755,), 0o240, Access(allow=(GROUP,), deny=(OWNER,), within=((EVERYONE,),))),
    ],
)
def test_access_follows_the_modes(folders, file, access):
    assert access_of(SOURCE, folders, file) == access


def test_without_permissions_the_source_alone_decides():
    source = SOURCE.model_copy(update={"has_permissions": False})
    assert access_of(source, (0o700,), 0o000) == Access(allow=(EVERYONE,))


def test_readers_hold_a_token_of_every_door():
    people = [
        Principal(name="담당", groups=("과",)),
        Principal(name="과장", groups=("과", "과-과장")),
        Principal(name="전임 과장", groups=("과-과장",)),
        Principal(name="동료", groups=("과",)),
    ]
    assert readers_of(access_of(SOURCE, (0o755,), 0o640), people) == ("과장", "담당")
    assert readers_of(access_of(SOURCE, (0o755,), 0o644), people) == ("과장", "담당", "동료")
    assert readers_of(access_of(SOURCE, (0o755,), 0o604), people) == ("담당", "동료")
