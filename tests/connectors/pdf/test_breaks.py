import pytest

from connectors.pdf.breaks import Breaks

LINES = [
    "올해 부분까지 마련한 달성도는 지난해 부분까지 나온 달성도와 같다 하였다",
    "그 밖의 부분까지 넣은 달성도를 모든 부처가 내었고 부분까지 본 달성도가 높다",
]


@pytest.mark.parametrize(
    ("line", "following", "between"),
    [
        ("미시적인 부분까", "지 살펴본다", ""),
        ("목표의 달", "성도를 본다", ""),
        ("지난해 달성도는", "올해 부분까지 높다", " "),
        ("전혀 모르는 낱말", "처음 보는 말", " "),
        ("끝에 빈칸이 있는 달 ", "성도는", ""),
        ("단어 사이의 하이픈 A-", "B", ""),
        ("growth of the", "economy", " "),
    ],
)
def test_a_word_is_made_whole_where_its_syllables_belong_together(line, following, between):
    assert Breaks(LINES).between(line, following) == between


def test_without_anything_learnt_there_is_a_space():
    assert Breaks().between("부분까", "지") == " "
