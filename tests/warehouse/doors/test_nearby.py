"""A reader's copies say what the lake says, are of one publication, and answer several people at once."""

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest

from schemas.access import Principal
from warehouse.doors.cite import NotHeld, cite
from warehouse.doors.history import history
from warehouse.doors.nearby import NEARBY, NearbyLake
from warehouse.doors.search import answer
from warehouse.doors.session import Pinned
from warehouse.lake import CATALOG, Lake, local_place

KIM, LEE = Principal(name="kim", groups=("예산실",)), Principal(name="lee")
COUNT = f"SELECT count(*) AS n FROM {CATALOG}.raw.placement"


def open_nearby(office):
    place = local_place(office.home.catalog_file, office.home.data_folder)
    return NearbyLake.open(place, snapshot=office.ask.pinned().current.snapshot_id)


@pytest.mark.long
def test_a_table_comes_nearer_when_it_is_asked_again_and_says_the_same(office):
    with open_nearby(office) as lake:
        assert lake.nearest(COUNT) == COUNT
        assert lake.nearest(COUNT) == COUNT.replace(f"{CATALOG}.raw.placement", f'{NEARBY}."raw"."placement"')
        plain = office.lake.rows(f"FROM {CATALOG}.raw.placement ORDER BY placement_id")
        assert lake.rows(f"FROM {CATALOG}.raw.placement ORDER BY placement_id") == plain
        # as Lake quotes names
        assert NEARBY in lake.nearest(f'FROM {CATALOG}."raw"."placement"')


def test_what_is_too_large_or_not_asked_by_all_stays_where_it_is(office, monkeypatch):
    monkeypatch.setattr("warehouse.doors.nearby.MOST_BYTES", 0)
    with open_nearby(office) as lake:
        assert [lake.value(COUNT) for _ in range(3)] == [office.lake.value(COUNT)] * 3
        assert lake.nearest(COUNT) == COUNT
    with open_nearby(office) as lake:
        statement = f"FROM {CATALOG}.core.element LIMIT 1"
        assert {lake.nearest(statement) for _ in range(3)} == {statement}


def test_what_an_asker_wrote_is_no_table(office):
    with open_nearby(office) as lake:
        for _ in range(3):
            asked = lake.value("SELECT $text", {"text": f"{CATALOG}.raw.placement"})
            assert asked == f"{CATALOG}.raw.placement"


def test_tables_of_the_same_name_never_answer_another_thread(office):
    with open_nearby(office) as lake:
        turn = threading.Barrier(2)

        def ask(number):
            turn.wait()
            for _ in range(100):
                with lake.registered(asked=pa.table({"number": [number]})):
                    if lake.rows("FROM asked") != [{"number": number}]:
                        return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(ask, (1, 2))) == [True, True]


def told(office, person, text):
    """All that search, history and cite say to one person."""
    found = answer(office.ask, person, text)
    said: list[dict | None] = [found.model_dump()]
    for hit in found.hits[:3]:
        said.append(history(office.ask, person, hit.document_id).model_dump())
        try:
            said.append(cite(office.ask, office.reader, person, hit.chunk_id).model_dump())
        except NotHeld:
            said.append(None)
    return said


def test_two_people_at_once_are_told_what_each_is_told_alone(office):
    questions = ["저수지 둘레길 조성에 드는 돈", "달빛 축제 안내문 출처:open", "예산 사업:그림자", "예산 -상태:메시지"]
    alone = {(person, text): told(office, person, text) for person in (KIM, LEE) for text in questions}
    assert alone[KIM, questions[2]] != alone[LEE, questions[2]]

    def ask(person):
        return [(text, told(office, person, text)) for text in questions[:: 1 if person is KIM else -1]]

    with ThreadPoolExecutor(2) as pool:
        for person, found in zip((KIM, LEE), pool.map(ask, (KIM, LEE)), strict=True):
            assert dict(found) == {text: alone[person, text] for text in questions}


def test_a_publication_is_let_go_with_its_last_request(office):
    """Whoever is in the middle of the one before goes on; nothing of it is left once he is done."""
    session = office.talks.session()
    before = session.pinned()
    session._pinned = None
    after = session.pinned()
    assert after is not before
    assert before.places([row["content_id"] for row in before.lake.rows(f"FROM {CATALOG}.core.reading")], LEE)
    gone = weakref.ref(before.lake)
    del before
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("person", [KIM, LEE, Principal(name="nobody", groups=())])
def test_places_are_the_same_from_the_lake_itself(office, person):
    near = office.ask.pinned()
    place = local_place(office.home.catalog_file, office.home.data_folder)
    plain = Pinned(office.home, place, near.current, near._index, Lake.open)
    contents = [row["content_id"] for row in plain.lake.rows(f"FROM {CATALOG}.core.reading")]
    asked = [(content_id, scope) for content_id in contents for scope in (None, "예산협의")]
    wanted = plain.places_in_rooms(asked, person)
    for _ in range(3):
        assert near.places_in_rooms(asked, person) == wanted
    assert near.places(contents, person) == {
        content_id: held for (content_id, scope), held in wanted.items() if not scope
    }
    near.places(contents, person).clear()
    for held in near.places(contents, person).values():
        held.clear()
    assert near.places_in_rooms(asked, person) == wanted
    plain.lake.close()
