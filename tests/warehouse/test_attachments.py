"""Attachments are linked with the files that they are, by name: in the export, beside it, or among received files."""

import pytest

from schemas.identity import digest_bytes


@pytest.fixture
def links(talks):
    """A night; returns attachment's name → {(the file's bytes' id, how)}."""

    def do() -> dict[str, set[tuple[str, str]]]:
        talks.converse()
        names = {row["attachment_id"]: row["name"] for row in talks.rows("core.attachment")}
        found: dict[str, set[tuple[str, str]]] = {}
        for row in talks.rows("core.attachment_link"):
            found.setdefault(names[row["attachment_id"]], set()).add((row["content_id"], row["linked_by"]))
        return found

    return do


@pytest.fixture
def exported(talking, share):
    """Write an export that shows a file by its name, into a folder of the share."""

    def write(*names: str, folder: str = "내보내기", title: str = "예산협의") -> None:
        lines = [(f"10:{k:02}", "총괄담당", f"파일: {name}") for k, name in enumerate(names)]
        (share / folder).mkdir(parents=True, exist_ok=True)
        text = talking.kakao(title, [*talking.lines_of(3), *lines])
        (share / folder / "대화.txt").write_text(text, encoding="utf-8")

    return write


def file(share, path: str, text: str) -> str:
    """Write a text that is no export; returns its content id."""
    target = share / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return digest_bytes(text.encode())


def test_a_file_in_the_export_is_read_and_linked_both_ways(talks, talking, share, links):
    talks.register = talking.register_of(예산협업=())
    attached = [{"id": "F01TABLE00", "name": "예산안.txt", "mimetype": "text/plain", "size": 9}]
    content = "예산안 본문".encode()
    path = "예산협업/attachments/F01TABLE00-예산안.txt"
    whole = talking.slack({path: content}, 예산협업=[talking.said(0, "보냅니다", files=attached)])
    talking.put(share, a__zip=whole)
    assert links() == {"예산안.txt": {(digest_bytes(content), "member")}}
    (member,) = talks.rows("core.member")
    assert (member["container_id"], member["scope"]) == (digest_bytes(whole), "예산협업")
    assert [row["text"] for row in talks.rows("core.element")] == ["예산안 본문"]


def test_a_file_in_an_export_in_an_archive_is_behind_the_conversations_door_too(talks, talking, share, links):
    talks.register = talking.register_of(예산협업=())
    attached = [{"id": "F01TABLE00", "name": "예산안.txt", "mimetype": "text/plain", "size": 9}]
    content = "예산안 본문".encode()
    inner = talking.slack(
        {"예산협업/attachments/F01TABLE00-예산안.txt": content}, 예산협업=[talking.said(0, "글", files=attached)]
    )
    talking.put(share, a__zip=talking.packed({"보관/슬랙.zip": inner}))
    assert links() == {"예산안.txt": {(digest_bytes(content), "member")}}
    scopes = {row["member_path"].rpartition("/")[2]: row["scope"] for row in talks.rows("core.member")}
    assert scopes == {"슬랙.zip": None, "F01TABLE00-예산안.txt": "예산협업"}


def test_a_file_beside_the_export_in_one_archive_is_linked(talks, talking, share, links):
    lines = [*talking.lines_of(3), ("10:00", "총괄담당", "파일: 예산안.txt")]
    members = {"대화.txt": talking.kakao("예산협의", lines).encode(), "예산안.txt": "예산안 본문".encode()}
    talking.put(share, a__zip=talking.packed(members))
    assert links() == {"예산안.txt": {(digest_bytes(members["예산안.txt"]), "member")}}


def test_a_file_beside_the_export_is_linked_and_one_elsewhere_is_not(share, exported, links):
    exported("예산안.txt")
    content = file(share, "내보내기/예산안.txt", "예산안 본문")
    file(share, "다른 폴더/예산안.txt", "다른 예산안")
    assert links() == {"예산안.txt": {(content, "beside")}}


@pytest.mark.parametrize("folder", ["카카오톡 받은 파일", "문서/KakaoTalk Downloads/2026", "Slack Downloads"])
def test_a_file_among_received_files_is_linked(share, exported, links, folder):
    exported("예산안.txt", "없는 것.txt")
    content = file(share, f"{folder}/예산안.txt", "예산안 본문")
    assert links() == {"예산안.txt": {(content, "received")}}


def test_two_different_received_files_of_one_name_are_linked_to_nobody(share, exported, links):
    exported("예산안.txt")
    one = file(share, "카카오톡 받은 파일/예산안.txt", "예산안 본문")
    file(share, "Telegram Desktop/예산안.txt", "예산안 본문")
    assert links() == {"예산안.txt": {(one, "received")}}, "the same file twice is no doubt"
    file(share, "LINE Downloads/예산안.txt", "다른 예산안")
    assert links() == {}


def test_what_is_nearer_names_the_link(share, exported, links):
    exported("예산안.txt")
    beside = file(share, "내보내기/예산안.txt", "예산안 본문")
    file(share, "카카오톡 받은 파일/예산안.txt", "예산안 본문")
    assert links() == {"예산안.txt": {(beside, "beside")}}


def test_a_link_goes_with_its_file_and_a_rerun_changes_nothing(talks, share, exported, links, lake):
    exported("예산안.txt")
    content = file(share, "내보내기/예산안.txt", "예산안 본문")
    first = links()
    head = lake.head()
    assert links() == first == {"예산안.txt": {(content, "beside")}}
    assert lake.head() == head
    (share / "내보내기" / "예산안.txt").unlink()
    assert links() == {}
    assert {row["name"] for row in talks.rows("core.attachment")} == {"예산안.txt"}


def test_a_file_that_is_not_kept_is_linked_to_nothing(share, exported, links):
    exported("예산안.txt")
    file(share, "내보내기/예산안.txt", "대외비\n예산안 본문")
    assert links() == {}
