"""What is kept: SQLAlchemy 2 declarative classes, one for each concept.

No rule of the bill lives here (``pricing`` has them), no statement (``store``), no commit (``services``).
Every table has ``master_id``; unique and foreign keys hold it too. Relationships are for reading.
"""

from billing.models.api_token import ApiToken as ApiToken
from billing.models.audit_event import AuditEvent as AuditEvent
from billing.models.base import Base as Base
from billing.models.bill import Bill as Bill
from billing.models.bill import BillTax as BillTax
from billing.models.billable import Billable as Billable
from billing.models.charge import Charge as Charge
from billing.models.collection import Adjustment as Adjustment
from billing.models.collection import Attempt as Attempt
from billing.models.collection import Collection as Collection
from billing.models.collection import Notice as Notice
from billing.models.collection import Payout as Payout
from billing.models.collection import UsageEvent as UsageEvent
from billing.models.currency import CurrencyPolicy as CurrencyPolicy
from billing.models.currency import CurrencyRate as CurrencyRate
from billing.models.device import Device as Device
from billing.models.fiscal_document import FiscalDocument as FiscalDocument
from billing.models.fiscal_document import JobAttempt as JobAttempt
from billing.models.fiscal_document import JobNote as JobNote
from billing.models.journal import JournalEntry as JournalEntry
from billing.models.journal import JournalHead as JournalHead
from billing.models.journal import JournalSeal as JournalSeal
from billing.models.journal import Outbox as Outbox
from billing.models.modifier import Modifier as Modifier
from billing.models.nomenclature import Department as Department
from billing.models.nomenclature import Nomenclature as Nomenclature
from billing.models.nomenclature import Operator as Operator
from billing.models.nomenclature import PaymentType as PaymentType
from billing.models.nomenclature import Plu as Plu
from billing.models.nomenclature import Profile as Profile
from billing.models.nomenclature import TaxGroup as TaxGroup
from billing.models.nomenclature import TaxRate as TaxRate
from billing.models.nomenclature_change import NomenclatureChange as NomenclatureChange
from billing.models.operator_pin import OperatorPin as OperatorPin
from billing.models.operator_pin import OperatorSession as OperatorSession
from billing.models.origin import Origin as Origin
from billing.models.payment import BankPayment as BankPayment
from billing.models.payment import ExternalPayment as ExternalPayment
from billing.models.payment import Payment as Payment
from billing.models.payment import PayPalExpressPayment as PayPalExpressPayment
from billing.models.payment import RoomTransferPayment as RoomTransferPayment
from billing.models.plan import Customer as Customer
from billing.models.plan import Plan as Plan
from billing.models.plan import PlanVersion as PlanVersion
from billing.models.report import Report as Report
from billing.models.request_key import RequestKey as RequestKey
from billing.models.reversal import Reversal as Reversal
from billing.models.reversal import ReversalLine as ReversalLine
from billing.models.sale_number import SaleCounter as SaleCounter
from billing.models.sale_number import SaleNumber as SaleNumber
from billing.models.sale_number import SaleRange as SaleRange
from billing.models.schedule import Night as Night
from billing.models.schedule import Schedule as Schedule
from billing.models.subscription import Period as Period
from billing.models.subscription import Subscription as Subscription
from billing.models.webhook import Delivery as Delivery
from billing.models.webhook import Webhook as Webhook
