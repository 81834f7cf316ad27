"""Understand: what really moves customers, whatever they say."""
