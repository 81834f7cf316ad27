"""How fast does the bar move?"""
