"""Stories: what people tell, coded in the open, with the error counted."""
