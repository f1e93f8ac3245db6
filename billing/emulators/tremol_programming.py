"""41h to 52h and their read-backs 65h, 69h, 6Ah: programming the device, only while nothing is open.

Fiscalising, the decimal point and the device's type are a service matter and refused. Source: sheet
``tremol-zfp``, section 11.
"""

import re
from decimal import Decimal
from typing import Final

from billing.emulators.memory import Department, OperatorCard, Plu
from billing.emulators.tremol_fields import (
    VAT_LETTERS,
    Refused,
    date_time,
    decimal,
    group,
    number,
    one_of,
    split,
    syntax,
    text,
)
from billing.emulators.tremol_machine import OPERATORS, Article, Handler, Machine, Result, joined
from billing.emulators.tremol_opening import CLIENT_LENGTHS
from billing.emulators.tremol_reports import customers, zeroing
from billing.emulators.tremol_status import no_data

PARAMETERS: Final = re.compile(r"[0-9]{4}(;[01]){7};0;[01]")
FIRST_FREE_NAME: Final = 9
HEADER_LINES: Final = 7


def set_rates(machine: Machine, data: bytes) -> Result:
    """Write eight VAT rates into the fiscal memory (42h)."""
    password, *fields = split(data, 9)
    found = [_rate(field) for field in fields]
    machine.need_idle()
    _need_administrator(machine, password)
    machine.need_zeroed()
    lines = [f"{letter} {rate:.2f}%" for letter, rate in zip(VAT_LETTERS, found, strict=True)]
    machine.report("rates", "СМЯНА НА СТАВКИ", lines)
    machine.memory.rates = list(found)
    machine.memory.rates_set.append(machine.now)
    return None


def _rate(field: str) -> Decimal:
    rate = decimal(field.strip().removesuffix("%"), 6, 2)
    if not 0 <= rate < 100:
        raise syntax()
    return rate


def _need_administrator(machine: Machine, password: str) -> None:
    machine.need_operator(str(OPERATORS), password)


def set_payment(machine: Machine, data: bytes) -> Result:
    """Name a payment; the last one has a rate, those of V2 devices a code (44h)."""
    state = machine.state
    last = len(state.payment_names) - 1
    which, name, *rest = split(data, 2, 4 if state.v2 else 3)
    payment = number(which, 1 if state.v2 else FIRST_FREE_NAME, last)
    if len(name) != 10:
        raise syntax()
    rate = decimal(rest[0], 10, 5) if rest else state.rate
    if not 0 < rate <= 420:
        raise syntax()
    codes = list(state.payment_codes)
    if len(rest) == 2:
        code = one_of(rest[1], "123456789:") if payment < last else ""
        if not code:
            raise syntax()
        codes[payment - 1] = code
    machine.need_idle()
    machine.need_zeroed()
    state.payment_names[payment] = name.strip()
    state.payment_codes = "".join(codes)
    if payment == last:
        state.rate = rate
    return None


def set_parameters(machine: Machine, data: bytes) -> Result:
    """Set the point of sale's number and the switches (45h)."""
    found = text(data)
    if PARAMETERS.fullmatch(found) is None:
        raise syntax()
    machine.need_idle()
    machine.state.parameters = found
    return None


def parameters(machine: Machine, data: bytes) -> Result:
    """Answer with the parameters (65h)."""
    no_data(data)
    return joined(machine.state.parameters)


def set_department(machine: Machine, data: bytes) -> Result:
    """Program a department; another VAT group needs a Z first (47h)."""
    which, name, letter, *rest = split(data, 3, 6)
    if len(which) != 2 or len(name) != 20 or (len(rest) == 3 and len(rest[2]) != 14):
        raise syntax()
    place, chosen = number(which, 1, 19), group(letter)
    price = decimal(rest[0], 10, 2) if rest else Decimal("0.00")
    flags = one_of(rest[1], "012456") if len(rest) > 1 else "1"
    machine.need_idle()
    if machine.memory.departments[place].group != chosen:
        machine.need_zeroed()
    extra = f" {rest[2].strip()}" if len(rest) == 3 else ""
    machine.memory.departments[place] = Department(
        name=(name.strip() + extra).strip(), group=chosen, price=price
    )
    machine.state.department_prices[place] = flags
    return None


def set_clock(machine: Machine, data: bytes) -> Result:
    """Set date and time and print a slip; not before the last document (48h)."""
    at = date_time(text(data), "%d-%m-%y %H:%M:%S")
    machine.need_idle()
    last = max((each.at for each in machine.memory.journal), default=at)
    if at < last:
        raise Refused(3, 2)
    machine.need_paper()
    machine.set_clock(at)
    machine.report("clock", "ДАТА И ЧАС", [f"{at:%d-%m-%Y %H:%M:%S}"])
    return None


def set_text(machine: Machine, data: bytes) -> Result:
    """Set a header line, the footer, the taxpayer's prefix or the greeting (49h)."""
    which, _, line = text(data).partition(";")
    place = number(which, 0, 9)
    length = _text_length(machine, place)
    if len(line) != length:
        raise syntax()
    machine.need_idle()
    memory, state = machine.memory, machine.state
    if place == 0:
        state.greeting = line.rstrip()
    elif place == 9:
        state.uic_prefix = line.rstrip()
    elif place == 8:
        memory.footer = [line.strip()] if line.strip() else []
    else:
        memory.header += [""] * (place - len(memory.header))
        memory.header[place - 1] = line.strip()
    return None


def get_text(machine: Machine, data: bytes) -> Result:
    """Answer with what 49h set (69h)."""
    place = number(text(data), 0, 9)
    memory, state = machine.memory, machine.state
    if place == 0:
        line = state.greeting
    elif place == 9:
        line = state.uic_prefix
    else:
        lines = memory.footer if place == 8 else memory.header[place - 1 : place]
        line = lines[0] if lines else ""
    return joined(place, f"{line:<{_text_length(machine, place)}}")


def _text_length(machine: Machine, place: int) -> int:
    return {0: 20, 9: 12}.get(place, machine.state.columns)


def set_operator(machine: Machine, data: bytes) -> Result:
    """Name an operator and set the password (4Ah)."""
    which, name, password = split(data, 3)
    who = number(which, 1, OPERATORS)
    if len(name) != 20 or len(password) != 6:
        raise syntax()
    machine.need_idle()
    machine.memory.operators[str(who)] = OperatorCard(name=name.strip(), password=password.strip())
    return None


def get_operator(machine: Machine, data: bytes) -> Result:
    """Answer with an operator's name and password (6Ah)."""
    who = number(text(data), 1, OPERATORS)
    card = machine.memory.operators[str(who)]
    return joined(who, f"{card.name:<20}", f"{card.password:<6}")


def set_article(machine: Machine, data: bytes) -> Result:
    """Program an article: one of five forms, told apart by the second field (4Bh)."""
    raw = data.split(b";")
    if len(raw) < 3 or len(raw[0]) != 5:
        raise syntax()
    which = number(text(raw[0]), 0, 99999)
    form = text(raw[1])
    machine.need_idle()
    if form == "#@$+$":
        _erase_articles(machine, which, raw[2:])
    elif form in _ARTICLE_FORMS:
        _ARTICLE_FORMS[form](machine, which, raw[2:])
    else:
        _old_article(machine, which, raw[1:])
    return None


def _erase_articles(machine: Machine, which: int, fields: list[bytes]) -> None:
    if which or len(fields) != 1:
        raise syntax()
    _need_administrator(machine, text(fields[0]))
    machine.memory.plus.clear()
    machine.state.articles.clear()


def _attached(machine: Machine, mark: bytes, chosen: int) -> int:
    """Return the article's department (0: none), which must have the same VAT group."""
    place = mark[0] - 0x80 if len(mark) == 1 else -1 if mark else 0
    if not 0 <= place <= 19:
        raise syntax()
    if place and machine.memory.departments[place].group != chosen:
        raise Refused(15, 2)
    return place


def _put(machine: Machine, which: int, plu: Plu, extra: Article) -> None:
    old = machine.memory.plus.get(which)
    if old is not None:
        plu = plu.model_copy(update={"stock": old.stock, "sold": old.sold, "turnover": old.turnover})
    machine.memory.plus[which] = plu
    machine.state.articles[which] = extra


def _old_article(machine: Machine, which: int, fields: list[bytes]) -> None:
    if len(fields) not in {3, 4} or len(fields[0]) != 20:
        raise syntax()
    chosen = group(text(fields[2]))
    place = _attached(machine, fields[3] if len(fields) == 4 else b"", chosen)
    price = decimal(fields[1], 10, 2)
    name = text(fields[0]).strip()
    _put(machine, which, Plu(name=name, price=price, group=chosen, department=place), Article())


def _general(machine: Machine, which: int, fields: list[bytes]) -> None:
    if len(fields) != 6 or len(fields[0]) != 34:
        raise syntax()
    name, price, option, letter, mark, single = fields
    chosen = group(text(letter))
    place = _attached(machine, mark, chosen)
    old = machine.state.articles.get(which, Article())
    extra = old.model_copy(
        update={
            "price_option": int(one_of(text(option), "012")),
            "single": one_of(text(single), "01") == "1",
        }
    )
    plu = Plu(name=text(name).strip(), price=decimal(price, 10, 2), group=chosen, department=place)
    _put(machine, which, plu, extra)


def _programmed(machine: Machine, which: int) -> tuple[Plu, Article]:
    if which not in machine.memory.plus:
        raise Refused(15, 2)
    return machine.memory.plus[which], machine.state.articles.setdefault(which, Article())


def _stock(machine: Machine, which: int, fields: list[bytes]) -> None:
    if len(fields) != 2:
        raise syntax()
    stock, option = decimal(fields[0], 11, 3), int(one_of(text(fields[1]), "012"))
    plu, extra = _programmed(machine, which)
    plu.stock, extra.stock_option = stock, option


def _barcode(machine: Machine, which: int, fields: list[bytes]) -> None:
    if len(fields) != 1 or len(fields[0]) != 13:
        raise syntax()
    _, extra = _programmed(machine, which)
    extra.barcode = text(fields[0]).strip()


def _price(machine: Machine, which: int, fields: list[bytes]) -> None:
    if len(fields) != 2:
        raise syntax()
    price, option = decimal(fields[0], 10, 2), int(one_of(text(fields[1]), "012"))
    plu, extra = _programmed(machine, which)
    plu.price, extra.price_option = price, option


_ARTICLE_FORMS: Final = {"#@1+$": _general, "#@2+$": _stock, "#@3+$": _barcode, "#@4+$": _price}


def set_invoices(machine: Machine, data: bytes) -> Result:
    """Set the range of invoice numbers, unless one is in use (50h)."""
    fields = split(data, 2)
    if any(len(field) != 10 for field in fields):
        raise syntax()
    first, last = (number(field, 1, 9999999999) for field in fields)
    if first > last:
        raise syntax()
    machine.need_idle()
    memory = machine.memory
    untouched = memory.invoice_next == memory.invoice_start
    if not untouched and memory.invoice_next <= memory.invoice_end:
        raise Refused(15, 2)
    memory.invoice_start = memory.invoice_next = first
    memory.invoice_end = last
    return None


def customer(machine: Machine, data: bytes) -> Result:
    """Program (P) or read (R) a customer, or print the customers (X, Z) (52h)."""
    if data in {b"X", b"Z"}:
        zeroing(data)
        customers(machine, text(data))
        return None
    option, which, *fields = split(data, 2, 8)
    if len(which) != 4:
        raise syntax()
    number(which, 0, 9999)
    if option == "R" and not fields:
        found = machine.state.customers.get(which)
        if found is None:
            raise Refused(15, 2)
        padded = (f"{each:<{length}}" for each, length in zip(found, CLIENT_LENGTHS, strict=True))
        return joined(which, *padded)
    lengths = tuple(len(field) for field in fields)
    if option != "P" or lengths != CLIENT_LENGTHS:
        raise syntax()
    one_of(fields[-1], "0123")
    machine.need_idle()
    machine.state.customers[which] = [field.strip() for field in fields]
    return None


def choose_logo(machine: Machine, data: bytes) -> Result:
    """Choose the logo that heads receipts, or with ``?`` only print which it is (23h)."""
    which = one_of(text(data), "0123456789?")
    machine.need_idle()
    if which != "?":
        machine.state.logo = which
    machine.report("logo", f"ЛОГО {machine.state.logo}", [])
    return None


def print_logo(machine: Machine, data: bytes) -> Result:
    """Print a logo (6Ch)."""
    number(text(data) or "0", 0, 9)
    machine.need_paper()
    return None


def _service(machine: Machine, data: bytes) -> Result:
    """Refuse what only a service technician may do, and only before the device is fiscalised."""
    del data
    machine.need_idle()
    raise Refused(0, 2)


HANDLERS: Final[dict[int, Handler]] = {
    0x23: choose_logo,
    0x41: _service,
    0x42: set_rates,
    0x43: _service,
    0x44: set_payment,
    0x45: set_parameters,
    0x47: set_department,
    0x48: set_clock,
    0x49: set_text,
    0x4A: set_operator,
    0x4B: set_article,
    0x4C: _service,
    0x4D: _service,
    0x50: set_invoices,
    0x52: customer,
    0x56: _service,
    0x65: parameters,
    0x69: get_text,
    0x6A: get_operator,
    0x6C: print_logo,
}
