"""The little language that routines are written in: `instruction` is the language, `builder` writes it.

It knows of no CPU, no Python object and no C type but those of placements.
"""
