"""A talk without its beginning is refused, and what only has times and words in its lines is not."""

import pytest

from connectors.messengers.remains import looks_like_talk
from connectors.reading import read_blob

TALKS = {
    "half a line first": "] [오전 9:00] 앞\n[총괄담당] [오전 9:01] 가\n[복지담당] [오전 9:02] 나\n[총괄담당] [오전 9:03] 다\n",
    "one who speaks": "메모\n" + "2026. 3. 10. 오후 2:01, 총괄담당 : 글\n" * 4,
    "a note above": "참고\n저장한 날짜 : 2026-01-05 10:44:52\n2026년 1월 5일 오전 9:01, 총괄담당 : 자료\n",
    "after a note": "메모\n05/01/2026, 09:01 - 총괄: 가\n05/01/2026, 09:02 - 복지: 나\n05/01/2026, 09:03 - 총괄: 다\n",
    "columns": "09:01\t총괄담당\t가\n09:02\t복지담당\t나\n09:03\t총괄담당\t다\n",
}
NO_TALKS = {
    "timetable": "09:00\t개회\t국민의례\n09:10\t보고\t복지예산\n10:00\t토론\t질의응답\n11:00\t폐회\t공지\n",
    "log": "2026-01-05 09:01 - INFO: a\n2026-01-05 09:02 - WARN: b\n2026-01-05 09:03 - INFO: c\n",
    "minutes": "회의록\n오전 9:00, 총괄과장 : 개회하겠습니다.\n가. 안건\n나. 결정\n다. 기타\n라. 붙임\n",
    "table": "과목\t금액\n인건비\t1,200\n운영비\t300\n",
    "empty": "",
}


@pytest.mark.parametrize("name", TALKS)
def test_what_is_left_of_a_talk_is_a_talk(name: str):
    assert looks_like_talk(TALKS[name])
    (reading,) = read_blob(TALKS[name].encode(), "글.txt", register={})
    assert reading.outcome.value != "kept"
    assert not reading.elements


@pytest.mark.parametrize("name", NO_TALKS)
def test_what_only_has_times_in_it_is_none(name: str):
    assert not looks_like_talk(NO_TALKS[name])
