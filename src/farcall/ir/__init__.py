"""The little language that routines are written in.

`instruction` is the language: each instruction's docstring says what it does, what is lost by it, and what it is in C.
`record` is how instructions are made, `builder` writes routines. `verifier` finds what breaks a rule: by the `form` of
instructions one by one, and by the `flow` of what each reads, writes and loses (its `effect`). `interpreter` carries a
routine out, and so says what every lowering has to do.

It knows of no CPU, no Python object and no C type but those of placements.
"""
