"""The coach's rules, one file each; `catalogue.RULES` has them in order."""
