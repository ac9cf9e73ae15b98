"""The sources of the sample share and the people who ask: who holds which tokens."""

from pipelines.sample.offices import OFFICES, short_name
from pipelines.sample.truth import SourceTruth
from pipelines.sample.world import World
from schemas.access import Access, Principal

INBOX = "접수함"
"""The folder into which everybody drops files of their own: one folder a person."""


def sources_of(world: World) -> tuple[SourceTruth, ...]:
    """The sources of a replica; those of the offices go by the modes of their files too."""
    offices = tuple(
        SourceTruth(
            name=world.office(office),
            folder=world.office(office),
            access=(f"group:{world.office(office)}",),
            has_permissions=True,
            owner=f"user:{_clerk(world, office)}",
            group=f"group:{_heads(world, office)}",
        )
        for office in OFFICES
    )
    common = SourceTruth(name=world.common_folder, folder=world.common_folder, access=("group:all",))
    inbox = SourceTruth(name=INBOX, folder=INBOX, access=(), kind="inbox")
    return (*offices, common) if world.replica else (*offices, common, inbox)


def principals_of(world: World) -> tuple[Principal, ...]:
    """The people of a replica."""
    offices = [world.office(office) for office in OFFICES]
    clerks = tuple(Principal(name=_clerk(world, office), groups=(world.office(office),)) for office in OFFICES)
    heads = tuple(
        Principal(name=_head(world, office), groups=(world.office(office), _heads(world, office))) for office in OFFICES
    )
    director = Principal(
        name=world.role("예산실장"), groups=(*offices, *(_heads(world, office) for office in OFFICES)), clearance="간부"
    )
    return (*clerks, *heads, director, Principal(name=world.role("타부서담당")))


def inbox_access(path: str) -> Access:
    """Who may read a file that was dropped: the person whose folder it lies in.

    Args:
        path: below the share's root, such as `접수함/총괄담당/메모.txt`.
    """
    return Access(allow=(f"user:{path.split('/')[1]}",))


def _clerk(world: World, office: str) -> str:
    return world.role(f"{short_name(office)}담당")


def _head(world: World, office: str) -> str:
    return world.role(f"{office}장")


def _heads(world: World, office: str) -> str:
    """The group of an office's heads."""
    return f"{world.office(office)}-과장"
