"""The fault theatre: a day of a hall in which things break by a script, and the laws that have to hold all the same."""
