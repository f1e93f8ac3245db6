"""The table of printers' routes: what each takes, who may go it, and what it begins (page, section 2.1)."""

from datetime import datetime
from typing import Final

from billing.api.access import SELLING
from billing.api.netfp import asking, requests
from billing.api.netfp.asked import Job
from billing.api.netfp.beginning import (
    begin_duplicate,
    begin_invoice,
    begin_period,
    begin_receipt,
    begin_reversal,
    begin_transfer,
    begin_x,
    begin_z,
)
from billing.api.netfp.carrying import at_once, printing
from billing.api.netfp.door import Way
from billing.api.netfp.looking import list_, read_info, read_status, task_info
from billing.services.tokens import Right


def _clock(job: Job) -> asking.Ask:
    wanted: datetime | None = job.body.to
    return asking.setting_clock(wanted or job.caller.store.clock.now())


def _raw(job: Job) -> asking.Ask:
    return asking.raw(job.body.request, job.printer.dialect.name, job.printer.can.encoding)


PRINTER: Final = "/printers/{id}"
REPORT: Final = (Right.REPORT,)

WAYS: Final = (
    Way("GET", "/printers", SELLING, list_),
    Way("GET", "/printers/taskinfo", SELLING, task_info),
    Way("GET", PRINTER, SELLING, read_info),
    Way("GET", f"{PRINTER}/status", SELLING, read_status),
    Way(
        "GET",
        f"{PRINTER}/cash",
        SELLING,
        at_once(lambda _: asking.read_cash, None, "cash", asking.UNREAD["cash"]),
    ),
    Way("POST", f"{PRINTER}/receipt", (Right.SELL,), printing("receipt", begin_receipt, requests.RECEIPT)),
    Way(
        "POST",
        f"{PRINTER}/reversalreceipt",
        (Right.REVERSE,),
        printing("reversalreceipt", begin_reversal, requests.REVERSAL),
    ),
    Way("POST", f"{PRINTER}/invoice", (Right.SELL,), printing("invoice", begin_invoice, requests.INVOICE)),
    Way(
        "POST",
        f"{PRINTER}/creditnote",
        (Right.REVERSE,),
        printing("creditnote", begin_invoice, requests.CREDIT_NOTE),
    ),
    Way("POST", f"{PRINTER}/deposit", REPORT, printing("deposit", begin_transfer, requests.TRANSFER)),
    Way("POST", f"{PRINTER}/withdraw", REPORT, printing("withdraw", begin_transfer, requests.TRANSFER)),
    Way("POST", f"{PRINTER}/xreport", REPORT, printing("xreport", begin_x, None)),
    Way("POST", f"{PRINTER}/zreport", REPORT, printing("zreport", begin_z, None)),
    Way("POST", f"{PRINTER}/periodreport", REPORT, printing("periodreport", begin_period, requests.PERIOD)),
    Way("POST", f"{PRINTER}/duplicate", (Right.SELL,), printing("duplicate", begin_duplicate, None)),
    Way("POST", f"{PRINTER}/datetime", REPORT, at_once(_clock, requests.CLOCK, "datetime", {})),
    Way(
        "POST",
        f"{PRINTER}/reset",
        (Right.SELL,),
        at_once(
            lambda job: asking.resetting(job.caller.master, job.printer),
            None,
            "reset",
            asking.UNREAD["status"],
        ),
    ),
    Way(
        "POST",
        f"{PRINTER}/rawrequest",
        (Right.ADMIN,),
        at_once(_raw, requests.RAW, "rawrequest", asking.UNREAD["raw"]),
    ),
)
"""Every route of 2.1."""
