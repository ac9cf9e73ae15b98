"""The sources of the sample share, the people who ask and the conversations that are registered: who holds which tokens."""

from datetime import datetime, timedelta

from pipelines.sample.offices import BUDGET_OFFICE, OFFICES, WELFARE_OFFICE, short_name
from pipelines.sample.truth import SourceTruth
from pipelines.sample.world import World
from schemas.access import Access, Principal
from schemas.conversations import SEOUL
from schemas.scope import Scope

INBOX = "접수함"
"""The folder into which everybody drops files of their own: one folder a person."""

WELFARE_ROOM = "복지 현장점검방"
"""The room of which one export names no room."""


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


def scopes_of(world: World) -> tuple[Scope, ...]:
    """The conversations that a replica has registered as business scope.

    Talks of two, a closed channel, and the rooms that the office of transport has not registered stay out.
    """
    both = (f"group:{world.budget_office}", f"group:{world.welfare_office}")
    return (
        _scope(world, "예산 협의방", "kakaotalk", access=both),
        _scope(
            world,
            WELFARE_ROOM,
            "kakaotalk",
            files=(phone_export_name(world),),
            access=(f"user:{_clerk(world, WELFARE_OFFICE)}",),
        ),
        _scope(world, "농기계 보급 현장방", "kakaotalk"),
        _scope(world, "예산협업", "slack"),
        _scope(world, "전산 장비 교체 협의", "teams", access=(f"group:{_heads(world, BUDGET_OFFICE)}",)),
        _scope(world, "9월 현장점검", "telegram"),
    )


def phone_saved_at(world: World) -> datetime:
    """When an iPhone saved its export of a room; no two replicas at the same minute, since the export's name is all they have."""
    return datetime(2026, 4, 8, 17, 55, tzinfo=SEOUL) + timedelta(minutes=world.replica)


def phone_export_name(world: World) -> str:
    """The name of that export, which says when it was saved and not of which room."""
    saved_at = phone_saved_at(world)
    return f"Talk_{saved_at:%Y}.{saved_at.month}.{saved_at.day} {saved_at:%H:%M}-1.txt"


def _scope(
    world: World, room: str, application: str, *, files: tuple[str, ...] = (), access: tuple[str, ...] = ()
) -> Scope:
    name = world.role(room)
    return Scope(name=name, application=application, titles=(name,), files=files, access=access)


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
