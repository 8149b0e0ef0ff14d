"""The explorer: a page where one types C and sees where every byte of a call is, on several targets, by which rule.

`answer` is all that the page asks: a pure function from a question, as JSON has it, to an answer. It is made of `question`
(what is asked, checked), `declared` (the C text), `extent` (what is too large to draw), `code` (the generated code, a line with the
value it moves). `page/` is the page itself, `files` a table of it, `server` what serves both on this machine. In a browser
without a server, the same `answer` runs there.
"""

from .answer import answer

__all__ = ["answer"]
