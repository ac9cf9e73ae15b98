"""Which amounts are current: the bitemporal rule of `core.budget_amount`, as SQL, in one place."""

from warehouse.lake import CATALOG

# A row is current until another supersedes it or it is withdrawn; both are rows of their own, so that nothing is updated.
CURRENT_AMOUNTS = f"""
    SELECT a.* FROM {CATALOG}.core.budget_amount a
    ANTI JOIN {CATALOG}.core.budget_amount later ON later.supersedes_id = a.amount_id
    ANTI JOIN {CATALOG}.core.withdrawal w ON w.amount_id = a.amount_id"""
