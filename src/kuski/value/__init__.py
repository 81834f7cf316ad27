"""Value: what each level of experience is worth, which lift pays, and where the effort goes."""
