"""The rules over plain values: lines, modifiers, shares, tax, look-ups, payments, states. No database."""
