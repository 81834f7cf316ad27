"""What is merely expected, and what delights?"""
