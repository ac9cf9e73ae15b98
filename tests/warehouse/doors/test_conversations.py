"""What was said, through search and cite: room, time, speaker and line for those who may read it, and nothing for others."""

import pytest

from connectors.sources.folder import FolderSource
from schemas.access import Access, Principal
from schemas.scope import Register
from warehouse.doors.cite import NotHeld, cite
from warehouse.doors.conversations import find_said
from warehouse.doors.search import search
from warehouse.lake import CATALOG

KIM = Principal(name="kim", groups=("예산실", "복지예산과"))
LEE = Principal(name="lee", groups=("예산실", "국토예산과"))
TEAM = Access(allow=("group:예산실",))
SAID = "메신저 대화, 미확정 · "
QUESTION = "기초연금 단가는 얼마로 봅니까"


def spoken(talking):
    """Much talk about one thing, so that several windows of the session fit the question."""
    rows = [
        ("9:01", "총괄담당", "기초연금 단가는 얼마로 봅니까"),
        ("9:02", "복지담당", "기초연금 단가는 34만 2천원입니다"),
    ]
    more = [(f"9:{k + 3:02}", "국토담당", f"기초연금 단가 검토 {k}번 의견을 드립니다") for k in range(12)]
    return [*rows, *more]


@pytest.fixture
def team(talks, talking, tmp_path):
    """A share of the team's, with a registered room for one division."""
    folder = tmp_path / "team"
    folder.mkdir()
    text = talking.kakao("예산협의", spoken(talking))
    talking.put(folder, a__txt=text, b__txt="도로 보수 사업의 단가를 적은 보통 글이다")
    talks.sources = [FolderSource("team", folder, TEAM)]
    talks.register = talking.register_of(예산협의=["group:복지예산과"])
    return folder


def said_hits(hits):
    return [hit for hit in hits if hit.citation.startswith(SAID)]


def test_a_question_finds_the_whole_session_once_and_cites_room_time_speaker_and_line(talks, team):
    talks.run()
    assert len(talks.rows("index.chunk", "WHERE text LIKE '%기초연금%'")) > 1
    (hit,) = said_hits(search(talks.session(), KIM, QUESTION))
    assert hit.text.count("기초연금") == 14
    assert "[2026-03-10 09:02 복지담당] 기초연금 단가는 34만 2천원입니다" in hit.text
    assert hit.title == "카카오톡 예산협의"
    assert hit.path == "team/a.txt"
    current = talks.session().pinned().current.publication_id
    assert "카카오톡 예산협의 · 2026-03-10 09:0" in hit.citation
    assert "복지담당" in hit.citation
    assert hit.locator
    assert hit.locator in hit.citation
    assert hit.citation.endswith(f"[{current}]")


def test_nobody_else_finds_it_or_may_cite_it(talks, team, home):
    talks.run()
    session = talks.session()
    (hit,) = said_hits(search(session, KIM, QUESTION))
    for stranger in (LEE, Principal(name="park", groups=("복지예산과",)), Principal(name="choi")):
        hits = search(session, stranger, QUESTION)
        assert said_hits(hits) == []
        assert not [other for other in hits if "기초연금" in other.text]
        assert find_said(session.pinned(), stranger, chunk_ids=[hit.chunk_id]) == []
        with pytest.raises(NotHeld):
            cite(session, talks.reader, stranger, hit.chunk_id)
    assert search(session, LEE, "도로 보수 단가")[0].path == "team/b.txt"


def test_a_citation_is_read_again_from_the_original_and_stands(talks, team):
    talks.run()
    session = talks.session()
    (hit,) = said_hits(search(session, KIM, QUESTION))
    citation = cite(session, talks.reader, KIM, hit.chunk_id)
    assert citation.stands
    assert "복지담당] 기초연금 단가는 34만 2천원입니다" in citation.text
    assert citation.citation.startswith(SAID)
    assert citation.how_to_open == f"소스 team의 a.txt — {hit.locator}"
    assert citation.read_by is not None
    assert citation.read_by.startswith("gotgan kakaotalk")


@pytest.mark.long
def test_a_citation_that_the_original_no_longer_bears_out_says_so(talks, team):
    talks.run()
    session = talks.session()
    (hit,) = said_hits(search(session, KIM, QUESTION))
    real = talks.reader

    class Forgetful:
        fingerprint = real.fingerprint

        def read(self, requests):
            for content_id, readings in real.read(requests):
                messages = readings[0].transcripts[0].messages
                messages[1].text = "기초연금 단가는 40만원입니다"
                yield content_id, readings

    assert not cite(session, Forgetful(), KIM, hit.chunk_id).stands


@pytest.mark.long
def test_a_citation_of_an_original_that_is_gone_is_not_held(talks, team):
    from warehouse.blobs import BlobStore

    talks.run()
    session = talks.session()
    (hit,) = said_hits(search(session, KIM, QUESTION))
    blobs = BlobStore(talks.home)
    blobs.forget(blobs.held())
    with pytest.raises(NotHeld):
        cite(session, talks.reader, KIM, hit.chunk_id)


@pytest.mark.long
def test_lines_are_those_of_the_export_that_is_cited(talks, talking, team):
    """Two exports hold the session; the newer one is cited, by its own lines."""
    talks.run()
    (first,) = said_hits(search(talks.session(), KIM, QUESTION))
    import os

    talking.put(team, c__txt=talking.android("예산협의", spoken(talking)))
    os.utime(team / "c.txt", (4_000_000_000, 4_000_000_000))
    talks.run()
    (hit,) = said_hits(search(talks.session(), KIM, QUESTION))
    assert (hit.path, hit.also_in) == ("team/c.txt", 1)
    sources = talks.rows("core.message_source", f"WHERE content_id = '{hit.document_id}'")
    assert hit.locator != first.locator
    assert hit.locator.startswith(tuple(f"{row['line_start']}" for row in sources)) or "행" in hit.locator
    assert cite(talks.session(), talks.reader, KIM, hit.chunk_id).stands


def test_a_narrower_export_does_not_open_what_only_the_wider_one_shows(talks, talking, team, tmp_path):
    """Lee's own export ends early: he reads what it shows and nothing of what only the team's shows."""
    own = tmp_path / "own"
    own.mkdir()
    talking.put(own, mine__txt=talking.android("예산협의", spoken(talking)[:6]))
    talks.sources.append(FolderSource("own", own, Access(allow=("user:lee",))))
    talks.register = talking.register_of(예산협의=())
    talks.sources[0] = FolderSource("team", team, Access(allow=("user:kim",)))
    talks.run()
    session = talks.session()
    shown = "\n".join(hit.text for hit in search(session, LEE, QUESTION))
    assert "검토 3번" in shown
    assert "검토 4번" not in shown
    assert "검토 11번" in "\n".join(hit.text for hit in search(session, KIM, QUESTION))
    assert all(hit.path == "own/mine.txt" for hit in said_hits(search(session, LEE, QUESTION)))


@pytest.mark.long
def test_a_mail_is_called_a_mail(talks, talking, team):
    talks.register = talking.register_of(단가협의=["group:복지예산과"])
    (team / "a.txt").unlink()
    mails = [
        f"From - Mon Mar 02 09:0{k}:12 2026\nFrom: {who} <{k}@korea.kr>\nTo: 국토담당 <x@korea.kr>\n"
        f"Subject: 단가협의\nDate: Mon, 02 Mar 2026 09:0{k}:00 +0900\nMessage-ID: <{k}@korea.kr>\n"
        + ("References: <1@korea.kr>\n" if k > 1 else "")
        + f"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}\n\n"
        for k, who, text in ((1, "총괄담당", QUESTION), (2, "복지담당", "34만 2천원입니다"))
    ]
    talking.put(team, 보관__mbox="".join(mails))
    talks.run()
    (hit,) = [hit for hit in search(talks.session(), KIM, QUESTION) if "미확정" in hit.citation]
    assert hit.citation.startswith("메일, 미확정 · 메일 단가협의 · 2026-03-02 09:01 총괄담당")
    assert cite(talks.session(), talks.reader, KIM, hit.chunk_id).stands


@pytest.mark.long
def test_a_record_is_cited_where_the_export_has_no_lines(talks, talking, team):
    talks.register = talking.register_of(예산협업=["group:복지예산과"])
    (team / "a.txt").unlink()
    talking.put(team, c__zip=talking.slack(예산협업=[talking.said(0, "안건"), talking.said(9, QUESTION)]))
    talks.run()
    (hit,) = said_hits(search(talks.session(), KIM, QUESTION))
    assert "예산협업/2026-03-02.json#1" in hit.locator
    assert hit.title == "슬랙 예산협업"
    assert cite(talks.session(), talks.reader, KIM, hit.chunk_id).stands


@pytest.mark.long
def test_a_citation_of_a_part_that_is_kept_is_read_from_that_part(talks, talking, team):
    talks.register = talking.register_of(예산협업=["group:복지예산과"])
    (team / "a.txt").unlink()
    whole = talking.slack(
        잡담=[talking.said(1, "점심 먹읍시다")], 예산협업=[talking.said(0, "안건"), talking.said(9, QUESTION)]
    )
    talking.put(team, c__zip=whole)
    talks.run()
    (reading,) = talks.lake.rows(f"FROM {CATALOG}.core.reading WHERE kept_part_id IS NOT NULL")
    assert reading["kept_part_id"] not in ("", reading["content_id"])
    (hit,) = said_hits(search(talks.session(), KIM, QUESTION))
    citation = cite(talks.session(), talks.reader, KIM, hit.chunk_id)
    assert citation.stands
    assert citation.document_id == reading["content_id"]


@pytest.mark.long
def test_what_is_registered_no_more_is_found_no_more(talks, team):
    talks.run()
    (hit,) = said_hits(search(talks.session(), KIM, QUESTION))
    talks.register = Register()
    talks.run()
    session = talks.session()
    assert said_hits(search(session, KIM, QUESTION)) == []
    with pytest.raises(NotHeld):
        cite(session, talks.reader, KIM, hit.chunk_id)


@pytest.mark.long
def test_a_publication_from_before_conversations_is_searched_and_cited_as_before(talks, team, lake):
    (team / "a.txt").unlink()
    talks.run()
    # what a home had before this version
    new = ["core.scope_access", "core.message", "core.message_source", "core.conversation", "index.session"]
    for table in new:
        lake.commit(lambda connection, table=table: connection.execute(f"DROP TABLE {CATALOG}.{table}"))
    for table, column in (("core.member", "scope"), ("core.reading", "kept_part_id")):
        lake.commit(
            lambda connection, table=table, column=column: connection.execute(
                f"ALTER TABLE {CATALOG}.{table} DROP COLUMN {column}"
            )
        )
    session = talks.session()
    pinned = session.pinned()
    old = pinned.current.model_copy(update={"snapshot_id": lake.head()})
    pinned.lake.close()
    from warehouse.doors.session import IndexIdentity, Pinned
    from warehouse.lake import local_place

    place = local_place(talks.home.catalog_file, talks.home.data_folder)
    before = Pinned(talks.home, place, old, IndexIdentity("words", "words", talks.model.dimension))
    session.pinned = lambda: before
    assert not session.pinned().holds_conversations
    (hit,) = search(session, LEE, "도로 보수 단가")
    assert hit.path == "team/b.txt"
    assert find_said(session.pinned(), KIM, chunk_ids=[hit.chunk_id]) == []
    assert cite(session, talks.reader, LEE, hit.chunk_id).stands
    with pytest.raises(NotHeld):
        cite(session, talks.reader, KIM, "none")
