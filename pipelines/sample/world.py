"""One replica of the sample ministry: its offices, ministries and projects, with their names, codes and amounts.

Replica 0 is the sample. Every further replica is another district (구역) of the same government: names say which, codes
differ, and amounts have another size, so that nothing but boilerplate is equal.
"""

from dataclasses import dataclass, replace

from pipelines.sample import offices
from pipelines.sample.project import Coded, Former, Project
from pipelines.sample.projects import PROJECTS

_LEAST_PERMILLE = 701
_SIZES = 300
# Odd and prime to the number of sizes, so that as many replicas as there are sizes all differ.
_STRIDE = 149
_CODES_APART = 10


@dataclass(frozen=True, slots=True)
class World:
    """A replica of the ministry.

    Args:
        replica: 0 for the sample itself; n for its n-th further district.
    """

    replica: int = 0

    @property
    def place(self) -> str:
        """What tells this replica from the others, such as `2구역`; nothing for the sample itself."""
        return f"{self.replica + 1}구역" if self.replica else ""

    def office(self, name: str) -> str:
        """An office or shared folder as this replica calls it; the name serves as folder and as name of the source."""
        return f"{name} {self.place}" if self.replica else name

    def role(self, name: str) -> str:
        """A person's role as this replica calls it, such as `총괄담당(2구역)`."""
        return f"{name}({self.place})" if self.replica else name

    @property
    def budget_office(self) -> str:
        """The office that oversees the budget."""
        return self.office(offices.BUDGET_OFFICE)

    @property
    def welfare_office(self) -> str:
        """The office that reviews the welfare budget."""
        return self.office(offices.WELFARE_OFFICE)

    @property
    def land_office(self) -> str:
        """The office that reviews transport and the environment."""
        return self.office(offices.LAND_OFFICE)

    @property
    def farm_office(self) -> str:
        """The office that reviews farming, industry and the sea."""
        return self.office(offices.FARM_OFFICE)

    @property
    def common_folder(self) -> str:
        """The folder that everybody shares."""
        return self.office(offices.COMMON_FOLDER)

    @property
    def offices(self) -> tuple[str, ...]:
        """The four offices."""
        return tuple(self.office(name) for name in offices.OFFICES)

    @property
    def projects(self) -> tuple[Project, ...]:
        """Every project, those that have ended included."""
        return tuple(self.project(project) for project in PROJECTS)

    def project(self, original: Project) -> Project:
        """A project of the sample as this replica has it."""
        if not self.replica:
            return original
        former = original.former
        return replace(
            original,
            name=self.role(original.name),
            office=self.office(original.office),
            ministry=self._ministry(original.ministry),
            detail_code=self._detail_code(original.detail_code),
            years=tuple((year, amounts.scaled(self._permille)) for year, amounts in original.years),
            former=former and Former(self.role(former.name), former.activity, self._detail_code(former.detail_code)),
            stem=original.name,
            place=self.place,
        )

    def projects_of(self, office: str, fiscal_year: int) -> list[Project]:
        """The projects that an office has in a fiscal year, under the names and codes of that year.

        Args:
            office: its name as in `offices.OFFICES`, without what tells replicas apart.
            fiscal_year: the year.
        """
        return [
            self.project(project).called_in(fiscal_year)
            for project in PROJECTS
            if project.office == office and project.has_year(fiscal_year)
        ]

    def _ministry(self, ministry: Coded) -> Coded:
        return Coded(self.role(ministry.name), f"{ministry.code}{self.replica + 1:02d}")

    def _detail_code(self, code: str) -> str:
        return str(int(code) + _CODES_APART * self.replica)

    @property
    def _permille(self) -> int:
        return _LEAST_PERMILLE + 2 * (self.replica * _STRIDE % _SIZES)
