"""CPython: facts by version, and the live objects made from an address.

`api` and `facts` are data; `linker` resolves names in generated code; `native` makes builtins and types;
`function` foreign functions, `variadic` their tails, `marshal` odd arguments and errors, `value` C values.
Importing this package makes nothing; `function` and `value` make what they need when first imported.
"""
