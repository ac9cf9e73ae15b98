"""Who may read what: tokens, the access of a placement, and the one rule that compares them.

A token is `group:NAME`, `user:NAME`, `clearance:NAME` or a SID. `group:all` is every principal that is listed; somebody
who is not listed has no token at all. Access is evaluated placement by placement: a deny on one is not lifted by another.
"""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from schemas.identity import make_id


class UnknownPrincipal(LookupError):
    """The principal is listed nowhere; a caller answers with exit status 2 and shows nothing."""


class Access(BaseModel):
    """The access of a placement. Nothing allowed means nobody: unknown access is never everybody.

    `within` are further doors on the way to the file (the share itself, the folders above it): of each, one token must be
    held as well.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    within: tuple[tuple[str, ...], ...] = ()

    @property
    def access_id(self) -> str:
        """One id for all placements with the same access, whatever the order of their tokens."""
        allow, deny = sorted(set(self.allow)), sorted(set(self.deny))
        doors = sorted({tuple(sorted(set(door))) for door in self.within})
        return make_id("access", len(allow), *allow, *deny, *(part for door in doors for part in ("within", *door)))


class Principal(BaseModel):
    """Somebody who asks: a person or an AI service acting as a person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    groups: tuple[str, ...] = ()
    clearance: str | None = None

    @property
    def tokens(self) -> frozenset[str]:
        """Every token that this principal holds."""
        groups = {group if ":" in group or group.startswith("S-1-") else f"group:{group}" for group in self.groups}
        clearance = {f"clearance:{self.clearance}"} if self.clearance else set()
        return frozenset({f"user:{self.name}", "group:all"} | groups | clearance)


def may_read(access: Access, tokens: Iterable[str]) -> bool:
    """Whether a holder of `tokens` may read a placement: something is allowed, nothing denied, every door on the way open."""
    held = frozenset(tokens)
    return (
        not held.isdisjoint(access.allow)
        and held.isdisjoint(access.deny)
        and all(not held.isdisjoint(door) for door in access.within)
    )


def find_principal(principals: Iterable[Principal], name: str) -> Principal:
    """The principal of that name.

    Raises:
        UnknownPrincipal: nobody of that name is listed.
    """
    for principal in principals:
        if principal.name == name:
            return principal
    raise UnknownPrincipal(name)
