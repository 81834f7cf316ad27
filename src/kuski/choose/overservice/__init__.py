"""Service whose last euro brings less than the shadow price."""
