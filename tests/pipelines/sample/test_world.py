"""Replicas of the ministry, and what offices and projects are called in which year."""

import re

import pytest

from pipelines.sample import offices, projects
from pipelines.sample.prose.projects_welfare import sentences_on
from pipelines.sample.prose.words import Words
from pipelines.sample.world import World

# As `gotgan.toml` takes names of sources.
SOURCE_NAME = re.compile(r"\w[\w\-. ]{0,59}")


def test_the_first_replica_is_the_sample():
    assert World().projects == projects.PROJECTS
    assert World().offices == ("예산총괄과", "복지예산과", "국토환경예산과", "농림산업예산과")


@pytest.mark.parametrize("replica", [1, 2, 57])
def test_a_replica_differs_in_every_name_code_and_amount_and_still_adds_up(replica):
    world = World(replica)
    assert all(SOURCE_NAME.fullmatch(name) for name in (*world.offices, world.common_folder))
    for original, project in zip(projects.PROJECTS, world.projects, strict=True):
        assert project.name == f"{original.name}({replica + 1}구역)"
        assert project.code != original.code
        assert project.ministry.code != original.ministry.code
        for (year, before), (same_year, after) in zip(original.years, project.years, strict=True):
            assert year == same_year
            assert after.requested != before.requested
            if after.spent is not None:
                assert after.current == after.spent + after.carried_over + after.lapsed
                assert after.lapsed >= 0


def test_no_two_of_many_replicas_share_a_code_or_a_size():
    worlds = [World(replica) for replica in range(60)]
    codes = [project.code for world in worlds for project in world.projects]
    assert len(codes) == len(set(codes))
    sizes = [world.project(projects.COUNTRY_ROADS).year(2027).requested for world in worlds]
    assert len(set(sizes)) == len(sizes)


def test_projects_have_the_names_and_codes_of_their_year():
    def called(year: int) -> dict[str, str]:
        everything = [project for office in offices.OFFICES for project in World().projects_of(office, year)]
        return {project.name: project.code for project in everything}

    before, after = called(2025), called(2026)
    assert before["노후 상수관 정비"] == "5231-302"
    assert after["맑은물 상수관망 현대화"] == "5232-301"
    assert before["해외 사건사고 지원"] == after["재외국민 안전망 운영"] == "1731-301"
    assert "소상공인 경영혁신 지원" in before.keys() - after.keys()
    assert {"골목상점 디지털 전환", "소상공인 재도약 지원"} <= after.keys() - before.keys()
    assert len(after) == 18


def test_a_project_with_other_amounts_in_a_document_is_otherwise_the_same():
    roads = projects.COUNTRY_ROADS
    wrong = roads.with_year(2026, enacted=1)
    assert (wrong.year(2026).enacted, wrong.year(2026).requested) == (1, roads.year(2026).requested)
    assert wrong.year(2025) == roads.year(2025)


def test_shares_add_up_to_a_whole():
    for project in projects.PROJECTS:
        assert sum(share for _, share in project.subprojects) == 1000, project.name
        assert sum(share for *_, share in project.items) == 1000, project.name


def test_offices_and_folders_carry_the_former_names_for_closed_years():
    assert offices.office_in("복지예산과", 2025) == "사회예산과"
    assert offices.office_in("국토환경예산과 2구역", 2025) == "경제예산과 2구역"
    assert offices.office_in("농림산업예산과", 2026) == "농림산업예산과"
    assert "경제예산과" in offices.year_folder("국토환경예산과", 2025)
    assert offices.year_folder("국토환경예산과", 2026) == "2026년"
    assert [offices.place_of(path) for path in ("복지예산과 3구역/가 나.txt", "복지예산과/가 나.txt")] == ["3구역", ""]


def test_every_project_has_its_sentences_under_every_name():
    for world in (World(), World(1)):
        for year in (2025, 2026, 2027):
            for office in offices.OFFICES:
                for project in world.projects_of(office, year):
                    sentences = sentences_on(project)
                    assert set(sentences) == set(Words.__dataclass_fields__)
                    assert all(
                        sentence.startswith(f"({world.place}) ") == bool(world.place) for sentence in sentences.values()
                    )
