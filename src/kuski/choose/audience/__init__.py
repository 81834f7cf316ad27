"""Audience: segments as a portfolio, those that are given and those that are found."""
