"""The first till: one line at a time on a terminal, with history; a final bill prints and the next begins."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from billing.documents import Answer
from billing.errors import BillingError
from billing.jobs.acquaintance import look_again
from billing.jobs.queue import print_job
from billing.parser.mistakes import TextMistake, caret
from billing.parser.reader import read_line
from billing.pricing.refusals import Refusal
from billing.services.keeping import StoredBill
from billing.services.receipts import RateDiffers
from billing.services.register import Register, open_register
from billing.settings import data_folder
from billing.store.engine import Store
from billing.till.words import entry_words, keyed_words

HELP: Final = """\
  2*1.20/Tea     two at 1.20, named Tea        #23      PLU 23
  10-50%  20-2   with its own discount         -10%     off the whole bill
  @1/10          pay 10.00 with type 1         @        pay all that is due
  :bill  what is on the bill    :remove N  take entry N off    :withdraw N  give payment N back
  :park  put the bill aside     :resume N  take bill N up      :void REASON  give the bill up
  :retry N  print job N that waits                             :quit"""

Ask = Callable[[str], str]


def run_prompt(store: Store, origin: str | None = None) -> None:
    """Serve a cashier until the end of input; every line is kept as it is entered.

    Raises:
        Missing: there is no such origin.
    """
    from prompt_toolkit import PromptSession  # noqa: PLC0415 `billing ring` with lines must start fast
    from prompt_toolkit.history import FileHistory  # noqa: PLC0415 the same

    register = open_register(store, origin)
    folder = data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    session: PromptSession[str] = PromptSession(history=FileHistory(str(Path(folder) / "till-history")))
    Till(register, session.prompt, sys.stdout.write).serve()


class Till:
    """The conversation with one cashier.

    Args:
        register: where bills are kept.
        ask: shows a prompt and returns a line; EOFError ends, KeyboardInterrupt drops the line.
        say: writes to the screen.
    """

    def __init__(self, register: Register, ask: Ask, say: Callable[[str], object]) -> None:
        self.register = register
        self._ask = ask
        self._say = say
        self.stored: StoredBill | None = None
        self._commands: dict[str, Callable[[str], None]] = {
            "bill": self._show,
            "remove": self._remove,
            "withdraw": self._withdraw,
            "void": self._void,
            "park": self._park,
            "resume": self._resume,
            "retry": self._retry,
            "help": lambda _: self._line(HELP),
        }

    def serve(self) -> None:
        """Ask for lines until the end of input or ``:quit``; an open bill is parked, not lost."""
        self._line("type a line of bill text; :help shows how, :quit ends")
        while True:
            try:
                text = self._ask(self._prompt()).strip(" \t")
            except KeyboardInterrupt:
                continue
            except EOFError:
                break
            if text in {":quit", ":q"}:
                break
            if text:
                self.take(text)
        if self.stored is not None:
            self._park("")

    def take(self, text: str) -> None:
        """Do what one line says; a mishap is shown and changes nothing."""
        try:
            if text.startswith(":"):
                word, _, rest = text[1:].partition(" ")
                command = self._commands.get(word)
                if command is None:
                    self._line(f"  there is no command :{word}; :help shows all")
                else:
                    command(rest.strip())
            else:
                self._enter(text)
        except (TextMistake, Refusal) as error:
            self._refuse(error)
        except BillingError as error:
            self._line(f"  {error}")

    def _prompt(self) -> str:
        if self.stored is None:
            return "new bill> "
        bill = self.stored.bill
        return f"bill {self.stored.id}, {bill.currency.from_minor(bill.due)} due> "

    def _line(self, text: str) -> None:
        self._say(text + "\n")

    def _enter(self, text: str) -> None:
        line = read_line(text, 1)
        if line is None:
            return
        number = self.stored.id if self.stored else None
        try:
            self.stored = self.register.enter(line, number)
        except RateDiffers as refused:  # the device may have been corrected since it was last asked
            if not look_again(self.register.store, refused):
                raise
            self.stored = self.register.enter(line, number)
        bill, money = self.stored.bill, self.stored.bill.currency.from_minor
        entry = self.stored.entered.entry if self.stored.entered else None
        self._line(f"  {entry_words(entry, bill) if entry else keyed_words(line)}")
        self._line(f"  total {money(bill.total)}   due {money(bill.due)} {bill.currency.code}")
        if self.stored.final:
            self._finish(self.stored)

    def _finish(self, stored: StoredBill) -> None:
        bill, money = stored.bill, stored.bill.currency.from_minor
        if bill.change:
            self._line(f"  change {money(bill.change)} {bill.currency.code}")
        self.stored = None
        if stored.job is not None:
            self._receipt(stored.job)

    def _receipt(self, job: int) -> None:
        try:
            answer: Answer = print_job(self.register.store, job)
        except BillingError as error:
            self._line(f"  {error}")
            self._line(f"  the bill is kept and its receipt waits; ':retry {job}' prints it")
            return
        self._line(f"  receipt {answer.document_number} printed on {answer.device_number}")
        for warning in answer.warnings:
            self._line(f"  warning: {warning}")

    def _refuse(self, error: TextMistake | Refusal) -> None:
        if error.column:
            for row in caret(error.text, error.column).splitlines():
                self._line(f"  {row}")
        self._line(f"  {error.code}: {error}")

    def _open(self) -> StoredBill | None:
        if self.stored is None:
            self._line("  no bill is open")
        return self.stored

    def _show(self, _: str) -> None:
        if (stored := self._open()) is not None:
            for position, entry in stored.bill.entries.items():
                self._line(f"  {position:>3}  {entry_words(entry, stored.bill)}")

    def _remove(self, rest: str) -> None:
        if (stored := self._open()) is None:
            return
        if not rest.isascii() or not rest.isdigit():
            self._line("  :remove takes the number that :bill shows")
            return
        self.stored = self.register.remove(stored.id, int(rest))
        self._line(f"  removed; {self._prompt().removesuffix('> ')}")
        if self.stored.final:
            self._finish(self.stored)

    def _withdraw(self, rest: str) -> None:
        if (stored := self._open()) is None:
            return
        if not rest.isascii() or not rest.isdigit():
            self._line("  :withdraw takes the number that :bill shows")
            return
        before = stored.bill.paid
        self.stored = self.register.withdraw(stored.id, int(rest))
        bill = self.stored.bill
        self._line(f"  give {bill.currency.from_minor(before - bill.paid)} {bill.currency.code} back")

    def _void(self, reason: str) -> None:
        if (stored := self._open()) is not None:
            bill = stored.bill
            self.register.void(stored.id, reason)
            self.stored = None
            back = (
                f"; give {bill.currency.from_minor(bill.paid)} {bill.currency.code} back" if bill.paid else ""
            )
            self._line(f"  bill {stored.id} is void{back}")

    def _park(self, _: str) -> None:
        if (stored := self._open()) is not None:
            self.register.park(stored.id)
            self.stored = None
            self._line(f"  bill {stored.id} is parked; :resume {stored.id} takes it up again")

    def _resume(self, rest: str) -> None:
        if self.stored is not None:
            self._line("  a bill is open: park or finish it first")
        elif not rest.isascii() or not rest.isdigit():
            self._line("  :resume takes a bill's number")
        else:
            stored = self.register.read(int(rest))
            if stored.final or stored.void_reason:
                self._line(f"  bill {stored.id} is {stored.bill.state}")
            else:
                self.stored = stored
                self._show("")

    def _retry(self, rest: str) -> None:
        if not rest.isascii() or not rest.isdigit():
            self._line("  :retry takes a job's number; 'billing jobs list' shows them")
            return
        self._receipt(int(rest))
