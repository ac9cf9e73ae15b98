"""What was said is behind two doors: the place of the export, and the registered conversation."""

import pytest

from connectors.sources.folder import FolderSource
from schemas.access import Access, Principal, may_read
from schemas.records.access import access_of_row
from schemas.scope import Register
from warehouse.lake import CATALOG
from warehouse.scoped import combined

KIM = Principal(name="kim", groups=("예산실", "복지예산과"))
LEE = Principal(name="lee", groups=("예산실", "국토예산과"))
PARK = Principal(name="park", groups=("복지예산과",))
TEAM = Access(allow=("group:예산실",))


def test_both_doors_must_open():
    both = combined(TEAM, ("group:복지예산과", "user:lee"))
    assert [may_read(both, who.tokens) for who in (KIM, LEE, PARK)] == [True, True, False]
    assert combined(TEAM, ()) is TEAM
    inner = combined(Access(allow=("group:all",), within=(("group:예산실",),)), ("group:복지예산과",))
    assert [may_read(inner, who.tokens) for who in (KIM, LEE, PARK)] == [True, False, False]


def test_a_deny_of_the_place_is_not_lifted_by_the_conversation():
    both = combined(Access(allow=("group:all",), deny=("user:kim",)), ("group:복지예산과",))
    assert [may_read(both, who.tokens) for who in (KIM, LEE, PARK)] == [False, False, True]


@pytest.fixture
def team(talks, talking, tmp_path):
    """An export of a registered room and a plain text in a share of the team's."""
    folder = tmp_path / "team"
    folder.mkdir()
    talking.put(folder, a__txt=talking.kakao("예산협의", talking.lines_of(3)), b__txt="보통 글")
    talks.sources = [FolderSource("team", folder, TEAM)]
    talks.register = talking.register_of(예산협의=["group:복지예산과"])
    return folder


def readers(talks) -> dict[str, list[str]]:
    """By passage's text, who may read it."""
    accesses = {row["access_id"]: access_of_row(row) for row in talks.rows("raw.access")}
    night = talks.night()
    held = night.vectors.ids().to_pylist()
    texts = {row["passage_id"]: row["text"] for row in talks.lake.rows(f"FROM {CATALOG}.index.chunk")}
    return {
        "글" if "보통 글" in texts[row["passage_id"]] else "말": [
            who.name for who in (KIM, LEE, PARK) if any(may_read(accesses[one], who.tokens) for one in row["access"])
        ]
        for row in held
    }


def test_the_access_of_a_place_and_of_the_conversation_are_put_together(talks, team):
    talks.run()
    (row,) = talks.rows("core.scope_access")
    place = access_of_row(next(r for r in talks.rows("raw.access") if r["access_id"] == row["access_id"]))
    both = access_of_row(next(r for r in talks.rows("raw.access") if r["access_id"] == row["combined_id"]))
    assert place == TEAM
    assert both.within == (("group:복지예산과",),)
    assert readers(talks) == {"글": ["kim", "lee"], "말": ["kim"]}


@pytest.mark.long
def test_another_access_of_the_conversation_moves_no_vector_and_reads_nothing(talks, talking, team):
    talks.run()
    embedded, vectors = talks.model.n_embedded, talks.night().vectors.unembedded().num_rows
    talks.read_names.clear()
    talks.register = talking.register_of(예산협의=["user:lee"])
    night, _ = talks.run()
    assert readers(talks) == {"글": ["kim", "lee"], "말": ["lee"]}
    assert talks.read_names == []
    assert talks.model.n_embedded == embedded
    assert talks.night().vectors.unembedded().num_rows == vectors == 0
    changed = {step.name for step in night.steps if step.added or step.removed}
    assert changed <= {"core/conversation", "index/passage"}
    assert night.is_new, "who may read is part of what is public"


@pytest.mark.long
def test_an_access_that_nothing_names_any_more_goes(talks, talking, team):
    talks.run()
    before = {row["access_id"] for row in talks.rows("raw.access")}
    talks.register = talking.register_of(예산협의=["user:lee"])
    talks.run()
    talks.run()
    named = {row["access_id"] for row in talks.rows("raw.placement")}
    named |= {row["combined_id"] for row in talks.rows("core.scope_access")}
    assert {row["access_id"] for row in talks.rows("raw.access")} == named
    assert before != named


def test_a_conversation_that_is_registered_no_more_has_no_access_at_all(talks, team):
    talks.run()
    talks.register = Register()
    night = talks.night()
    night.converse()
    assert talks.rows("core.scope_access") == []
    night.embed()
    assert readers(talks) == {"글": ["kim", "lee"]}


def test_each_place_of_an_export_has_its_own_access(talks, talking, team, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "copy.txt").write_bytes((team / "a.txt").read_bytes())
    talks.sources.append(FolderSource("other", other, Access(allow=("user:park",))))
    talks.run()
    assert len(talks.rows("core.scope_access")) == 2
    assert readers(talks) == {"글": ["kim", "lee"], "말": ["kim", "park"]}


def test_what_was_attached_to_a_conversation_is_behind_its_door_too(talks, talking, team):
    lines = [*talking.lines_of(3), ("10:00", "총괄담당", "파일: 예산안.txt")]
    (team / "a.txt").unlink()
    members = {
        "대화.txt": talking.kakao("예산협의", lines).encode(),
        "예산안.txt": "붙임의 글".encode(),
        "밖.txt": "밖의 글".encode(),
    }
    talking.put(team, c__zip=talking.packed(members))
    talks.run()
    accesses = {row["access_id"]: access_of_row(row) for row in talks.rows("raw.access")}
    texts = {row["passage_id"]: row["text"] for row in talks.rows("index.chunk")}
    found = {
        texts[row["passage_id"]]: {
            who.name for who in (KIM, LEE) if any(may_read(accesses[a], who.tokens) for a in row["access"])
        }
        for row in talks.night().vectors.ids().to_pylist()
    }
    assert found["붙임의 글"] == {"kim"}
    assert found["밖의 글"] == {"kim", "lee"}
