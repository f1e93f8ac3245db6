"""What a driver is: one dialect of commands, as data and small functions that return talks.

A dialect does no I/O and keeps no state but its settings; ``Printer`` carries its talks. An operation that a
family lacks raises ``NotSupported`` when it is called, before the first byte. What the device keeps in its
tables stands in ``tables``. To add one, see docs/drivers.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from billing.devices.capabilities import Capabilities
from billing.devices.faults import Refused
from billing.devices.frames.events import Codec
from billing.devices.link import LinkLimits
from billing.devices.shaping import Shaped, shape
from billing.devices.standing import Counters, Facts, Figures, Health, Identity, Paid, Standing
from billing.devices.tables import DeviceTables
from billing.devices.talk import Command, Reply, Talk
from billing.documents import (
    CashMovement,
    Document,
    Duplicate,
    Modifier,
    PaymentCategory,
    PaymentLine,
    PeriodReport,
    SaleDocument,
    SaleLine,
    Slip,
    XReport,
    ZReport,
)


@dataclass(frozen=True)
class Settings:
    """What an address says of a device beside its port; ``""`` and None leave the dialect's own value.

    ``payments`` overrides the device's word for a category (``payment.card=D``); ``rest`` holds the options
    that only one family reads.
    """

    operator: str = ""
    password: str = ""
    till: int = 1
    columns: int | None = None
    payments: Mapping[PaymentCategory, str] = field(default_factory=dict)
    rest: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Dialect(DeviceTables):
    """One family's command language; a sister family is a subclass with other tables."""

    settings: Settings = field(default_factory=Settings)

    models: ClassVar[str] = ""
    """The models it is for, as one line for ``billing device drivers``."""
    limits: ClassVar[LinkLimits] = LinkLimits()
    baudrate: ClassVar[int] = 115200
    options: ClassVar[frozenset[str]] = frozenset()
    """Address options that only this family reads (they come in ``settings.rest``)."""
    closes_with_payment: ClassVar[bool] = False
    """True where the payment that reaches the total closes the receipt by itself."""
    z_number_is_block: ClassVar[bool] = False
    """True where ``counters().z_number`` counts blocks of fiscal memory: it tells that a Z was made, not
    which."""

    def codec(self) -> Codec:
        """Return the frame protocol."""
        self._lacks("speak")

    def capabilities(self) -> Capabilities:
        """Return what the device can say, with the settings applied."""
        self._lacks("say what it can")

    # -- judging -------------------------------------------------------------------------------------------

    def judge(self, command: Command, reply: Reply) -> Refused | None:
        """Return why the device refused ``command``, or None when the reply means done.

        Called for every reply, before the talk sees it: status bits, error codes in the data, result letters.
        """
        del command, reply
        self._lacks("judge a reply")

    def health(self, status: bytes) -> Health:
        """Return what the status bytes of a reply say of the device's condition."""
        del status
        return Health()

    def check(self, document: Document) -> Shaped:
        """Return ``document`` shaped for this device, with warnings for what is left out; sends nothing.

        Raises:
            DocumentRefused: something that must be printed cannot be; says the JSON path.
            NotSupported: the family lacks this kind of document.
        """
        return shape(document, self.capabilities(), self.name)

    default_operator: ClassVar[str] = "1"
    default_password: ClassVar[str] = ""
    cash_asks_password: ClassVar[bool] = False
    """Whether cash in and out is said with the operator's password; a receipt always is, a report never."""

    def operator_of(self, document: Document) -> tuple[str, str]:
        """Return the operator's number and password.

        The document's own come first, then the address's (``operator=``, ``password=``), then the factory's.
        """
        given = "operator" in document.model_fields_set
        code = document.operator.code if given else self.settings.operator or self.default_operator
        return code, document.operator.password or self.settings.password or self.default_password

    # -- connecting and asking ------------------------------------------------------------------------------

    def wake(self) -> Talk[None]:
        """Bring both sides' sequence numbers into a known state; whatever follows is answered afresh."""
        self._lacks("wake a device")

    def identify(self) -> Talk[Identity]:
        """Return the device's numbers, model and firmware."""
        self._lacks("identify a device")

    def standing(self) -> Talk[Standing]:
        """Return what is open, its sums, and the last document number; as few commands as it takes."""
        self._lacks("tell where a device stands")

    def counters(self) -> Talk[Counters]:
        """Return the registers by which a one-shot document is found done."""
        self._lacks("read counters")

    def rates(self) -> Talk[Mapping[int, Decimal | None]]:
        """Return the percent of each tax group 1..8; None: the group is not active."""
        self._lacks("read tax rates")

    def clock(self) -> Talk[datetime]:
        """Return the device's wall clock (no zone)."""
        self._lacks("read the clock")

    def set_clock(self, to: datetime) -> Talk[None]:
        """Set the device's wall clock."""
        del to
        self._lacks("set the clock")

    def payment_names(self) -> Talk[Mapping[str, str]]:
        """Return the name the device prints for each payment word it knows."""
        self._lacks("read payment names")

    def measures(self) -> Talk[Capabilities]:
        """Return ``capabilities()`` with the widths and counts that the device itself tells of its model."""
        yield from ()
        return self.capabilities()

    def mapping(self) -> Talk[Mapping[PaymentCategory, str]]:
        """Return the device's word for each payment category, as the device itself has it now.

        The same as ``capabilities().payments`` where the device is not asked; a category that it turns out
        to lack is not there.
        """
        yield from ()
        return self.capabilities().payments

    def registers(self) -> Talk[Mapping[str, str]]:
        """Return the day's figures by name, as decimal strings, without printing.

        Held against our own figures: ``total`` and ``group_1`` .. ``group_8`` (sales with VAT),
        ``payment_cash`` and so on by category. The rest only informs: ``z_number``, ``net_total`` ...
        """
        self._lacks("read registers")

    def last_z(self) -> Talk[Mapping[str, str]]:
        """Return the figures of the last Z in fiscal memory, named as in ``registers``; prints nothing."""
        self._lacks("read a Z report from fiscal memory")

    # -- a sale, in this order -------------------------------------------------------------------------------

    def open(self, document: SaleDocument) -> Talk[None]:
        """Open the document, reversals and invoices too."""
        del document
        self._lacks("open a receipt")

    def sell(self, line: SaleLine) -> Talk[None]:
        """Register one sale with its modifier: by PLU where it has one, else by department or tax group.

        ``agreeing`` took out a PLU and a department of which the device says something else.
        """
        del line
        self._lacks("sell")

    def comment(self, text: str) -> Talk[None]:
        """Print one line of free text in the open receipt; ``text`` fits the width."""
        del text
        self._lacks("print comments")

    def modify(self, modifier: Modifier) -> Talk[None]:
        """Apply a discount or surcharge to all that was sold."""
        del modifier
        self._lacks("change a whole bill")

    def subtotal(self) -> Talk[Decimal]:
        """Return the open document's total by the device's own arithmetic; changes nothing."""
        self._lacks("read a subtotal")

    def recount(self) -> Talk[Decimal]:
        """Return the total by the surest command there is; asked only when ``subtotal`` is not ours."""
        return self.subtotal()

    def pay(self, payment: PaymentLine) -> Talk[Paid]:
        """Register a payment; returns what is due after it and the change."""
        del payment
        self._lacks("take payments")

    def finish(self, document: SaleDocument) -> Talk[None]:
        """Close the paid document; an invoice's client data go first."""
        del document
        self._lacks("close a receipt")

    def cancel(self) -> Talk[None]:
        """Cancel the open document; only called while nothing is paid."""
        self._lacks("cancel a receipt")

    def pay_rest(self, standing: Standing) -> Talk[None]:
        """Pay what is due in cash and close: for a half-paid document that nobody claims."""
        del standing
        self._lacks("finish a half-paid receipt")

    def read_back(self, document: Document) -> Talk[Facts]:
        """Return the numbers of the document just closed. Reads only."""
        del document
        self._lacks("read back a receipt")

    def find(self, unique_sale_number: str, documents: Sequence[int]) -> Talk[Facts | None]:
        """Return the closed fiscal document that carries the number, or None when none of ``documents`` does.

        ``documents`` are document numbers to look through, newest first. A device that cannot look raises
        ``NotSupported`` or ``Refused``; the counters decide then.
        """
        del unique_sale_number, documents
        self._lacks("look a receipt up in its journal")

    def recall(self, number: int) -> Talk[Facts]:
        """Return what the device still tells of the closed fiscal document ``number``: time and total.

        For a device that cannot ``find`` a sale number; a number that is no fiscal document is refused.
        """
        del number
        self._lacks("tell of an earlier receipt")

    # -- the rest ------------------------------------------------------------------------------------------

    def open_slip(self, document: Slip) -> Talk[None]:
        """Open a service receipt; its lines follow one by one."""
        del document
        self._lacks("print service receipts")

    def slip_line(self, text: str) -> Talk[None]:
        """Print one line in the open service receipt; ``text`` fits the width."""
        del text
        self._lacks("print service receipts")

    def end_slip(self) -> Talk[None]:
        """Close the open service receipt, also one that was left open by another program."""
        self._lacks("close a service receipt")

    def cash(self, document: CashMovement) -> Talk[None]:
        """Register cash put in or taken out."""
        del document
        self._lacks("register cash")

    def x_report(self, document: XReport) -> Talk[Figures]:
        """Print the day's totals."""
        del document
        self._lacks("print an X report")

    def z_report(self, document: ZReport) -> Talk[Figures]:
        """Print and zero the day's totals."""
        del document
        self._lacks("print a Z report")

    def period_report(self, document: PeriodReport) -> Talk[None]:
        """Print a report from fiscal memory."""
        del document
        self._lacks("print a period report")

    def duplicate(self, document: Duplicate) -> Talk[None]:
        """Print the last receipt once more."""
        del document
        self._lacks("print a duplicate")

    def drawer(self) -> Talk[None]:
        """Open the cash drawer."""
        self._lacks("open a drawer")

    def show(self, upper: str, lower: str) -> Talk[None]:
        """Show two lines on the customer's display."""
        del upper, lower
        self._lacks("write on a display")

    def feed(self, lines: int) -> Talk[None]:
        """Move the paper by ``lines``."""
        del lines
        self._lacks("feed paper")

    def cut(self) -> Talk[None]:
        """Cut the paper."""
        self._lacks("cut paper")
