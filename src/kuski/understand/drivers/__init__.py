"""What really moves the score, and what customers do?"""
