"""The offices of the sample ministry, today and before the reorganisation of 2026."""

from pipelines.sample.project import BUDGET_YEAR

BUDGET_OFFICE = "예산총괄과"
COMMON_FOLDER = "공용자료실"
WELFARE_OFFICE = "복지예산과"
LAND_OFFICE = "국토환경예산과"
FARM_OFFICE = "농림산업예산과"

OFFICES = (BUDGET_OFFICE, WELFARE_OFFICE, LAND_OFFICE, FARM_OFFICE)

# What the offices were called until 2025: one was renamed, one was split into two.
_FORMER = {WELFARE_OFFICE: "사회예산과", LAND_OFFICE: "경제예산과", FARM_OFFICE: "경제예산과"}
_SHORT = {BUDGET_OFFICE: "총괄", WELFARE_OFFICE: "복지", LAND_OFFICE: "국토", FARM_OFFICE: "농림"}
_YEAR_FOLDERS = {LAND_OFFICE: "{year}년 경제예산과 인수", FARM_OFFICE: "{year}년(옛 경제예산과)"}


def office_in(office: str, fiscal_year: int) -> str:
    """What an office is called in documents of a fiscal year."""
    name, _, place = office.partition(" ")
    return f"{_FORMER.get(name, name)} {place}".strip() if fiscal_year < BUDGET_YEAR else office


def short_name(office: str) -> str:
    """What its people call an office, such as `총괄`."""
    return _SHORT[office]


def place_of(path: str) -> str:
    """What tells the replica that a path belongs to from the others, such as `2구역`; nothing for the sample itself."""
    return path.split("/", 1)[0].partition(" ")[2]


def year_folder(office: str, fiscal_year: int) -> str:
    """The folder of a year in an office's share; what was taken over from an office that is no more says so."""
    if fiscal_year < BUDGET_YEAR and office in _YEAR_FOLDERS:
        return _YEAR_FOLDERS[office].format(year=fiscal_year)
    return f"{fiscal_year}년"
