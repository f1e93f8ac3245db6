"""Where the Datecs dialects P and C differ, as data (Datecs P/C 5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from billing.emulators.isl_device import Bit
from billing.emulators.receipt import CASH


@dataclass(frozen=True, slots=True)
class Dialect:
    """One dialect; widths in characters, which are bytes of windows-1251."""

    is_p: bool
    """Whether it is P; the commands' own forms that both take ask this."""
    name: str
    """The model in the identity string."""
    firmware: str
    switches: str
    """The eight configuration switches, first to last, as 0 and 1."""
    shows_switches: bool
    """Whether status byte 3 holds them."""
    columns: int
    sale_text: int
    show_text: int
    """Text of 34h, one line."""
    payment_text: int
    free_text: int
    slip_text: int
    header_text: int
    reason_text: int
    client_name: int
    operator_name: int
    payment_name: int
    plu_name: int
    departments_sold: int
    departments_set: int
    plu_groups: int
    sales: int
    plu_sales: int
    """Sales that 3Ah takes in one receipt."""
    units: bool
    latin_groups: bool
    operators: int
    password: str
    """Pattern of a password."""
    payments: Mapping[str, str]
    """Key of the registers by payment letter."""
    overpay: bool
    """Whether other means than cash may exceed the sum."""
    payment_names: Mapping[str, str]
    """Factory names of the letters that 55h may name."""
    barcodes: Mapping[str, str]
    """Pattern of the data by barcode type."""
    aligned_codes: str
    """Barcode types that take L, R or C."""
    dividers: str
    general_bits: frozenset[Bit]
    """Bits OR-ed into 0.5."""
    fiscal_sum_net: bool
    """Whether the total of 45h is without VAT."""
    refused: Mapping[int, bytes]
    """Data of a refused answer by command; others are empty."""

    def factory_password(self, operator: int) -> str:
        """Return the password that operator number ``operator`` has from the factory."""
        return "0000" if self.latin_groups else str(operator)


_COMMON_GENERAL: Final = frozenset({(0, 4), (0, 1), (0, 0), (1, 1), (2, 0)})

P: Final = Dialect(
    is_p=True,
    name="FP-2000",
    firmware="1.00BG 23NOV18 EMULATED",
    switches="01010111",
    shows_switches=True,
    columns=48,
    sale_text=42,
    show_text=20,
    payment_text=36,
    free_text=46,
    slip_text=46,
    header_text=48,
    reason_text=30,
    client_name=26,
    operator_name=24,
    payment_name=24,
    plu_name=36,
    departments_sold=60,
    departments_set=1200,
    plu_groups=99,
    sales=512,
    plu_sales=512,
    units=True,
    latin_groups=True,
    operators=16,
    password=r"[0-9]{4,8}",  # noqa: S106 a pattern
    payments={
        "P": CASH,
        "N": "credit",
        "C": "cheque",
        "D": "debit",
        **{letter: f"pay{n}" for n, letter in enumerate("IJKL", 1)},
        **{letter: f"pay{n}" for n, letter in enumerate("ijklmnopqrs", 1)},
    },
    overpay=True,
    payment_names=dict.fromkeys("IJKLijklmnopqrs", ""),
    barcodes={
        "1": r"[0-9]{7}",
        "2": r"[0-9]{12}",
        "3": r"[\x20-\x7e]{1,40}",
        "4": r"[0-9]{1,40}",
        "5": r"[0-9]{1,40}",
        "Q": r"(?s).{1,140}",
        "D": r"(?s).{1,140}",
        "P": r"(?s).{1,140}",
    },
    aligned_codes="QDP",
    dividers="1234",
    general_bits=_COMMON_GENERAL | {(1, 3), (1, 2)},
    fiscal_sum_net=True,
    refused=dict.fromkeys((0x32, 0x35, 0x40, 0x55, 0x6B, 0x6F, 0x77), b"F"),
)

C: Final = Dialect(
    is_p=False,
    name="DP-150",
    firmware="265403 08Nov18 EMULATED",
    switches="00000000",
    shows_switches=False,
    columns=42,
    sale_text=22,
    show_text=22,
    payment_text=42,
    free_text=36,
    slip_text=40,
    header_text=42,
    reason_text=42,
    client_name=36,
    operator_name=10,
    payment_name=10,
    plu_name=22,
    departments_sold=9,
    departments_set=9,
    plu_groups=9,
    sales=120,
    plu_sales=117,
    units=False,
    latin_groups=False,
    operators=30,
    password=r"[0-9]{1,8}",  # noqa: S106 a pattern
    payments={"P": CASH, "N": "credit", "C": "debit", "D": "fund", "I": "voucher", "J": "coupon"},
    overpay=False,
    payment_names={"N": "КРЕДИТ", "C": "КАРТА", "D": "НЗОК", "I": "ВАУЧЕР", "J": "КУПОН"},
    barcodes={"1": r"[0-9]{7}", "2": r"[0-9]{12}", "3": r"[\x20-\x7e]{1,30}"},
    aligned_codes="",
    dividers="123",
    general_bits=_COMMON_GENERAL,
    fiscal_sum_net=False,
    refused=dict.fromkeys(
        (
            *(0x2E, 0x30, 0x32, 0x35, 0x37, 0x39, 0x40, 0x41, 0x47, 0x54, 0x55),
            *(0x67, 0x6B, 0x6E, 0x6F, 0x70, 0x77, 0x7C, 0x7D),
        ),
        b"F",
    ),
)
