"""Everybody: the best action for each single customer at the price of the money, as a list."""
