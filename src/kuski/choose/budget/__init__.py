"""The most worth for the money: who gets what, how sure that is, and what knowing more is worth."""
