"""Choose: whom to serve better, with what, and who will be let down on purpose."""
