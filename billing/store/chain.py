"""The journal's chain read back: entries in order, the head, and the signatures."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from billing.models import JournalEntry, JournalHead, JournalSeal
from billing.store.work import Work

PAGE = 2_000
"""How many entries are read at once."""


def read_chain(work: Work) -> Iterator[Mapping[str, Any]]:
    """Yield every entry's columns in the order of the numbers.

    Of a row whose time or facts cannot be read (SQLite keeps any text), ``at`` and ``facts`` are None.
    """
    after = -1
    while True:
        page = (
            select(JournalEntry.__table__)
            .where(JournalEntry.master_id == work.master_id, JournalEntry.number > after)
            .order_by(JournalEntry.number, JournalEntry.id)
            .limit(PAGE)
        )
        try:
            rows = [dict(row) for row in work.connection.execute(page).mappings()]
        except (ValueError, TypeError):
            rows = _one_by_one(work, after)
        yield from rows
        if len(rows) < PAGE:
            return
        after = rows[-1]["number"]


def _one_by_one(work: Work, after: int) -> list[dict[str, Any]]:
    """Read a page in which a row cannot be read, each row by itself."""
    table = JournalEntry.__table__
    plain = select(*(column for column in table.columns if column.name not in {"at", "facts"}))
    page = plain.where(table.c.master_id == work.master_id, table.c.number > after)
    found = work.connection.execute(page.order_by(table.c.number, table.c.id).limit(PAGE)).mappings().all()
    rows = []
    for row in found:
        try:
            said = work.connection.execute(select(table.c.at, table.c.facts).where(table.c.id == row["id"]))
            rows.append({**row, **said.mappings().one()})
        except (ValueError, TypeError):
            rows.append({**row, "at": None, "facts": None})
    return rows


def read_head(work: Work) -> tuple[int, str]:
    """Return number and hash of the last entry by the head's own row; 0 and empty before the first."""
    row = work.connection.execute(
        select(JournalHead.last, JournalHead.hash).where(JournalHead.master_id == work.master_id)
    ).one_or_none()
    return (0, "") if row is None else (int(row.last), row.hash)


def read_seals(work: Work) -> list[tuple[int, str, str, str]]:
    """Return number, hash, signature and public key of every signature, in order."""
    rows = work.connection.execute(
        select(JournalSeal.number, JournalSeal.hash, JournalSeal.signature, JournalSeal.public_key)
        .where(JournalSeal.master_id == work.master_id)
        .order_by(JournalSeal.number)
    )
    return [(row.number, row.hash, row.signature, row.public_key) for row in rows]


def last_seal(work: Work) -> tuple[int, datetime | None]:
    """Return number and moment of the newest signature; 0 and None before the first."""
    row = work.connection.execute(
        select(func.max(JournalSeal.number), func.max(JournalSeal.at)).where(
            JournalSeal.master_id == work.master_id
        )
    ).one()
    return int(row[0] or 0), row[1]


def insert_seal(work: Work, number: int, head: str, signature: str, public_key: str) -> None:
    """Keep a signature of the entry ``number``."""
    work.connection.execute(
        insert(JournalSeal),
        {
            "master_id": work.master_id,
            "number": number,
            "hash": head,
            "signature": signature,
            "public_key": public_key,
            "at": work.now,
        },
    )
