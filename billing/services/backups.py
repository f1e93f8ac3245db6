"""Copies of the store: made while tills work, and proved before they are needed."""

import os
import shlex
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from billing.errors import RuleError, StoreError
from billing.models import Bill, BillTax, Charge, Modifier, Payment
from billing.pricing import State
from billing.services.copy_checks import document_faults, report_faults
from billing.services.sale_numbers import account_for
from billing.services.trail import Proof, verify
from billing.store.engine import Store, open_store
from billing.store.work import Work


class NotHere(RuleError):
    """The store is kept by a server that has its own tool for copies."""

    code = "backup_elsewhere"

    def __init__(self, where: str, file: Path) -> None:
        """Name the tool with an address that it takes: no SQLAlchemy driver, and it asks for the password."""
        url = where.replace("postgresql+psycopg:", "postgresql:", 1).replace(":***@", "@", 1)
        super().__init__(
            "a PostgreSQL store is copied by its own tool, consistently and while tills work: "
            f"pg_dump --format=custom --file={shlex.quote(str(file))} {shlex.quote(url)}"
        )


class CopyExists(RuleError):
    """A copy never overwrites a file."""

    code = "backup_exists"

    def __init__(self, file: Path) -> None:
        super().__init__(f"{file} is there already; a copy takes a new name")


class CopyFailed(StoreError):
    """The copy could not be made."""

    code = "backup_failed"

    def __init__(self, file: Path, why: object) -> None:
        super().__init__(f"the copy at {file} could not be made: {why}")


@dataclass(frozen=True, slots=True)
class Check:
    """What a copy is worth: its schema is ours, its file is whole, its journal proved, its sums compared."""

    proof: Proof
    bills: int
    faults: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether it can be worked with."""
        return not self.faults and not self.proof.flaws


def back_up(store: Store, file: Path) -> int:
    """Copy the store to a new ``file`` and return its size in bytes; tills go on meanwhile.

    Raises:
        CopyExists: the file is there.
        NotHere: the store is a PostgreSQL database.
        CopyFailed: the disk is full, or the folder is not there.
    """
    if store.engine.dialect.name != "sqlite":
        raise NotHere(store.where, file)
    part = file.with_name(f"{file.name}.part")
    try:
        if file.exists():
            raise CopyExists(file)
        part.unlink(missing_ok=True)
        source = f"file:{Path(store.engine.url.database or '').resolve()}?mode=ro"
        with (
            closing(sqlite3.connect(source, uri=True)) as ours,
            closing(sqlite3.connect(part)) as copy,
        ):
            ours.backup(copy)  # all at once: one view of the store, which writers of a WAL do not wait for
            copy.execute("PRAGMA journal_mode=DELETE")
        with part.open("rb") as written:
            os.fsync(written.fileno())
        os.link(part, file)
        return file.stat().st_size
    except FileExistsError:
        raise CopyExists(file) from None
    except (sqlite3.Error, OSError) as error:
        raise CopyFailed(file, error) from error
    finally:
        part.unlink(missing_ok=True)


def check_copy(where: str, master_id: int | None = None) -> Check:
    """Return what a copy is worth; ``where`` is its file, or the URL of a restored database.

    Raises:
        StoreError: it does not open, or is of another schema.
    """
    with open_store(where, master_id=master_id) as store:
        proof = verify(store)
        with store.read() as work:
            faults = [
                *_file_faults(work),
                *_sum_faults(work),
                *document_faults(work),
                *report_faults(work),
            ]
            count = work.connection.execute(
                select(func.count()).select_from(Bill).where(Bill.master_id == work.master_id)
            ).scalar_one()
        faults += [
            f"sale numbers of {each.device_number} are missing: {', '.join(map(str, each.missing))}"
            for each in account_for(store)
            if each.missing
        ]
        return Check(proof, count, tuple(faults))


def _file_faults(work: Work) -> list[str]:
    """Return what SQLite itself finds wrong with the file and its keys."""
    if work.connection.dialect.name != "sqlite":
        return []
    said = [str(row[0]) for row in work.connection.exec_driver_sql("PRAGMA integrity_check")]
    loose = work.connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    return [each for each in said if each != "ok"] + [f"a row of {row[0]} refers to nothing" for row in loose]


def _sum_faults(work: Work) -> list[str]:
    """Return the final bills whose lines, tax or payments do not come to their total."""
    done = [State.FINAL.value, State.HANDED_OVER.value, State.REPORTED.value]
    lines = _sums(work, Charge, Charge.total, Charge.removed_at.is_(None))
    lines.update(
        _sums(
            work, Modifier, Modifier.amount, Modifier.charge_position.is_(None), Modifier.removed_at.is_(None)
        )
    )
    sums = {
        "lines": lines,
        "tax groups": _sums(work, BillTax, BillTax.gross),
        "payments": _sums(work, Payment, Payment.value, Payment.withdrawn_at.is_(None)),
    }
    return [
        f"bill {number}: its {what} come to {found[number]}, its total is {total}"
        for number, total in work.connection.execute(
            select(Bill.id, Bill.total).where(Bill.master_id == work.master_id, Bill.state.in_(done))
        )
        for what, found in sums.items()
        if found[number] != total
    ]


def _sums(work: Work, model: Any, amount: Any, *which: Any) -> Counter[int]:  # noqa: ANN401 a model and its columns
    """Return what ``amount`` of the model's rows comes to for each bill, minor units."""
    rows = work.connection.execute(
        select(model.bill_id, func.sum(amount))
        .where(model.master_id == work.master_id, *which)
        .group_by(model.bill_id)
    )
    return Counter({number: int(total) for number, total in rows})
