"""`history`: the versions that a person may read, as if there were no others, and what differs between two."""

import importlib.util
import os
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from connectors.sources.folder import FolderSource
from schemas.access import Access, Principal
from warehouse.doors.cite import NotHeld
from warehouse.doors.history import differences, history
from warehouse.doors.search import search
from warehouse.doors.versions import find_versions
from warehouse.lake import CATALOG

spec = importlib.util.spec_from_file_location("family_texts", Path(__file__).parent.parent.joinpath("test_families.py"))
assert spec is not None
assert spec.loader is not None
texts = importlib.util.module_from_spec(spec)
spec.loader.exec_module(texts)

CHIEF = Principal(name="chief", groups=("과", "국"))
CLERK = Principal(name="clerk", groups=("과",))
STRANGER = Principal(name="stranger", groups=("남",))
WORDS = ("수문", "둑방", "갯벌", "철탑", "제방", "나루", "언덕", "들판", "숲길", "장터", "마을", "골목", "우물", "논밭")
OTHER = " ".join(f"{n}번째 항목에서는 {word} 문제를 다루고 {word} 대책을 적는다." for n, word in enumerate(WORDS, 1))
EVERYTHING = f"SELECT content_id FROM {CATALOG}.core.reading"
SECOND, THIRD = (
    texts.EDITED,
    texts.EDITED.replace("두 사람", "세 사람").replace("간식비, 보험료", "간식비와 보험료, 홍보비"),
)


@pytest.fixture
def folders(tmp_path, talks):
    """A folder of the division's and one of its chief's."""
    made = {}
    for name in ("과", "국"):
        made[name] = tmp_path / name
        made[name].mkdir()
    talks.sources = [FolderSource(name, path, Access(allow=(f"group:{name}",))) for name, path in made.items()]
    return made


def put(folder: Path, name: str, content: str | bytes, hour: int) -> None:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    when = datetime(2026, 3, 10, hour, tzinfo=UTC).timestamp()
    os.utime(path, (when, when))


def mail(subject: str, name: str, text: str) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "a@example.com", "b@example.com"
    message["Date"] = "Tue, 10 Mar 2026 18:00:00 +0900"
    message.set_content("붙임과 같이 보냅니다. 확인하여 주시기 바랍니다.")
    message.add_attachment(text.encode(), maintype="text", subtype="plain", filename=name)
    return message.as_bytes()


@pytest.fixture
def publish(talks):
    def do():
        night = talks.converse()
        night.find_drafts()
        night.chunk()
        night.embed()
        night.publish()
        return talks.session()

    return do


def shown(found) -> list[tuple[str, str]]:
    return [(version.paths[0].rpartition("/")[2], version.status) for version in found.versions]


def told(session, person):
    """Content → its version, of all that somebody may read, as a search tells of them."""
    pinned = session.pinned()
    return find_versions(pinned, person, [row["content_id"] for row in pinned.lake.rows(EVERYTHING)]).by_content


def test_versions_come_in_order_by_path_by_id_and_by_chunk(folders, publish, talks) -> None:
    put(folders["과"], "검토_v1.txt", texts.REPORT, 1)
    put(folders["과"], "검토_v2.txt", SECOND, 2)
    session = publish()
    found = history(session, CLERK, "과/검토_v1.txt")
    assert shown(found) == [("검토_v1.txt", "draft"), ("검토_v2.txt", "final")]
    own = found.document_id
    assert history(session, CLERK, own[:8]).versions == found.versions
    chunk = talks.rows("index.chunk", "WHERE text LIKE '%서른한%'")[0]["chunk_id"]
    assert history(session, CLERK, chunk).document_id == own
    for unknown in (own[:7], "과/없음.txt", "0" * 64):
        with pytest.raises(NotHeld):
            history(session, CLERK, unknown)


def test_a_version_that_may_not_be_read_leaves_no_trace(folders, publish, talks) -> None:
    put(folders["과"], "검토_v1.txt", texts.REPORT, 1)
    put(folders["과"], "검토_v2.txt", SECOND, 2)
    alone = history(publish(), CLERK, "과/검토_v1.txt")
    # The chief's own are the final one, and carry the first as a mail's attachment under another name.
    put(folders["국"], "검토_최종.txt", THIRD, 3)
    put(folders["국"], "보고.eml", mail("국장님께 보고", "국장 보고_최종.txt", texts.REPORT), 4)
    session = publish()
    seen = history(session, CLERK, "과/검토_v1.txt")
    assert seen.versions == alone.versions
    whole = history(session, CHIEF, "과/검토_v1.txt")
    assert [version.status for version in whole.versions] == ["draft", "draft", "final"]
    assert [carrier.words for version in whole.versions for carrier in version.carried_by] == [
        "국/보고.eml 「국장님께 보고」"
    ]
    told = seen.model_dump_json()
    hidden = [
        row["content_id"]
        for row in talks.lake.rows(f"SELECT content_id FROM {CATALOG}.raw.placement WHERE source_name = '국'")
    ]
    assert not any(one in told for one in [*hidden, '최종"', "국/", "국장"])
    for asked in (*hidden, "국/검토_최종.txt"):
        with pytest.raises(NotHeld):
            history(session, CLERK, asked)
    with pytest.raises(NotHeld):
        history(session, STRANGER, "과/검토_v1.txt")


def test_two_versions_that_only_a_hidden_one_joins_are_not_joined(folders, publish) -> None:
    """Of a chain whose middle he may not read, each end is a document by itself."""
    put(folders["과"], "나눔터 검토_v1.txt", texts.REPORT, 1)
    put(folders["국"], "나눔터 검토_v2.txt", f"{texts.REPORT} {OTHER}", 2)
    put(folders["과"], "나눔터 검토_v3.txt", OTHER, 3)
    session = publish()
    assert [version.ordinal for version in history(session, CLERK, "과/나눔터 검토_v1.txt").versions] == [1]
    assert history(session, CLERK, "과/나눔터 검토_v3.txt").versions[0].reasons == []
    assert {version.n_versions for version in told(session, CHIEF).values()} == {3}
    assert told(session, CLERK) == {}
    # Neither does a search say so: not by a status, not by a number, not by what a filter lets through.
    found = {hit.path: hit for hit in search(session, CLERK, "나눔터 검토 사정")}
    assert {path: (hit.status, hit.also_in) for path, hit in found.items()} == {
        "과/나눔터 검토_v1.txt": ("final", 0),
        "과/나눔터 검토_v3.txt": ("final", 0),
    }
    assert not any("판 " in hit.version for hit in found.values())
    assert search(session, CLERK, "나눔터 검토 사정 상태:초안") == []
    assert {hit.status for hit in search(session, CHIEF, "나눔터 검토 사정 상태:초안")} == {"draft"}


@pytest.mark.long
def test_far_versions_of_which_those_between_are_hidden_are_still_one_document(folders, publish, monkeypatch) -> None:
    """They are like enough by themselves, though at night each was compared with a few next to it alone."""
    monkeypatch.setattr("warehouse.draft_likeness.NEAREST", 1)
    monkeypatch.setattr("warehouse.families._NEAR_NAMES", 1)
    for number in range(1, 8):
        text = texts.REPORT.replace("두 사람", f"{number}0 사람").replace("서른한", f"서른한 해 {number}차")
        put(folders["과" if number in (1, 7) else "국"], f"검토_v{number}.txt", text, number)
    session = publish()
    assert shown(history(session, CLERK, "과/검토_v1.txt")) == [("검토_v1.txt", "draft"), ("검토_v7.txt", "final")]
    assert sorted((one.ordinal, one.n_versions, one.status) for one in told(session, CLERK).values()) == [
        (1, 2, "draft"),
        (2, 2, "final"),
    ]


@pytest.mark.long
def test_versions_that_were_compared_under_the_text_of_a_hidden_copy_are_joined_all_the_same(
    folders, publish, talks
) -> None:
    """Of texts that differ in spaces alone one was compared, and he may not be able to read that one."""
    for number, text in enumerate((texts.REPORT, SECOND), 1):
        put(folders["과"], f"검토_v{number}.txt", text, number)
        for copy in range(5):
            put(folders["국"], f"나눔터 검토 {copy}_v{number}.txt", text.replace(" ", " " * 2, copy + 1), number)
    session = publish()
    own = {row["content_id"] for row in talks.rows("raw.placement", "WHERE source_name = '과'")}
    compared = {row[end] for row in talks.rows("core.likeness") for end in ("first_id", "second_id")}
    readable = {row["text_id"] for row in talks.rows("core.reading") if row["content_id"] in own}
    assert not readable <= compared, "the case is there at all"
    assert sorted(one.words for one in told(session, CLERK).values()) == ["판 1/2 초안", "판 2/2 최종"]
    assert shown(history(session, CLERK, "과/검토_v1.txt")) == [("검토_v1.txt", "draft"), ("검토_v2.txt", "final")]


@pytest.mark.long
def test_a_place_that_may_not_be_read_joins_nothing(folders, publish) -> None:
    """Of two files of other names and little in common one is also kept under the other's name where only the chief looks."""
    put(folders["과"], "나눔터 안.txt", texts.REPORT, 1)
    other = f"{texts.REPORT[:180]} {OTHER[:170]}"
    put(folders["과"], "둘레길 뜻.txt", other, 2)
    put(folders["국"], "나눔터 안_v2.txt", other, 2)
    put(folders["국"], "나눔터 안_v1.txt", texts.REPORT, 1)
    session = publish()
    assert len(told(session, CHIEF)) == 2
    assert told(session, CLERK) == {}
    assert {hit.status for hit in search(session, CLERK, "나눔터 사정")} == {"final"}


def test_differences_are_of_the_version_before_or_of_the_one_that_is_named(folders, publish) -> None:
    put(folders["과"], "검토_v1.txt", texts.REPORT, 1)
    put(folders["과"], "검토_v2.txt", SECOND, 2)
    put(folders["과"], "검토_v3.txt", THIRD, 3)
    session = publish()
    found = differences(session, CLERK, "과/검토_v3.txt")
    assert (found.before_path, found.after_path) == ("과/검토_v2.txt", "과/검토_v3.txt")
    assert any("세 사람" in (change.after or "") for change in found.paragraphs)
    assert differences(session, CLERK, "과/검토_v1.txt").after_path == "과/검토_v2.txt"
    # Versions are compared in their order, whichever is named first.
    both = [
        differences(session, CLERK, *pair)
        for pair in (("과/검토_v1.txt", "과/검토_v3.txt"), ("과/검토_v3.txt", "과/검토_v1.txt"))
    ]
    assert both[0] == both[1]
    assert both[0].before_path == "과/검토_v1.txt"


@pytest.mark.long
def test_differences_to_what_may_not_be_read_are_none(folders, publish) -> None:
    put(folders["과"], "검토_v1.txt", texts.REPORT, 1)
    put(folders["국"], "검토_v2.txt", SECOND, 2)
    session = publish()
    for asked in (("과/검토_v1.txt",), ("과/검토_v1.txt", "국/검토_v2.txt"), ("과/검토_v1.txt", "국/없음.txt")):
        with pytest.raises(NotHeld):
            differences(session, CLERK, *asked)
    assert differences(session, CHIEF, "과/검토_v1.txt").after_path == "국/검토_v2.txt"


@pytest.mark.long
def test_a_publication_from_before_there_were_families_shows_the_document_alone(folders, talks) -> None:
    put(folders["과"], "검토_v1.txt", texts.REPORT, 1)
    put(folders["과"], "검토_v2.txt", SECOND, 2)
    night = talks.converse()
    for table in ("draft", "signature", "likeness"):
        talks.lake.connection.execute(f"DROP TABLE {CATALOG}.core.{table}")
    night.chunk()
    night.publish()
    session = talks.session()
    assert shown(history(session, CLERK, "과/검토_v1.txt")) == [("검토_v1.txt", "final")]
    assert differences(session, CLERK, "과/검토_v2.txt", "과/검토_v1.txt").paragraphs
    with pytest.raises(NotHeld):
        differences(session, CLERK, "과/검토_v1.txt")
