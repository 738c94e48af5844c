"""What an invoice tells its account: the money that was given back."""

from services.accounts.orders import Contribution
from services.invoices.invoice import Invoice


def contribution(invoice: Invoice) -> Contribution | None:
    """Return what was given back on the invoice's deal, None when that is nothing."""
    back = sum(invoice.minor(refund.amount) for refund in invoice.refunds)
    if not back or not invoice.account:
        return None
    return Contribution(invoice.account, invoice.deal, amount=back, currency=invoice.currency)
