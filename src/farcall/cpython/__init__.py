"""CPython: facts by version, and the live objects made from an address.

`facts` is what is known beforehand; `link` makes addresses of routines and tells those who walk stacks; `callable` has
foreign functions, closures and handlers, `value` the classes of C values. Importing this package makes nothing;
`callable` and `value` make what they need when first imported.
"""
