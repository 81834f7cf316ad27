"""Do leaders know their customers?"""
