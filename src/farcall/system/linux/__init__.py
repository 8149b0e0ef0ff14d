"""Linux: with glibc or musl, on any CPU. `System` in `interface` says what each name promises."""

from __future__ import annotations

import os

from ...seed import close_library, library_path, library_symbol, symbol_origin
from .. import later
from .machine import cpu, cpu_features, description, program
from .pages import code_pages, frame_tables, page_size, private_pages, writable_code
from .process import at_fork, cache_directory, result_error

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from .libraries import c_library, library_file, load_image, open_library, process_files
    from .linker_script import redirections
    from .search import candidates, directories, is_path, known_libraries, similar_libraries
    from .threads import thread_stack, thread_value, thread_values
    from .unwinder import unwinder

__all__ = [
    "at_fork",
    "c_library",
    "cache_directory",
    "candidates",
    "close_library",
    "code_pages",
    "code_policy",
    "cpu",
    "cpu_features",
    "description",
    "directories",
    "frame_tables",
    "is_path",
    "known_libraries",
    "library_file",
    "library_path",
    "library_symbol",
    "load_image",
    "name",
    "open_flags",
    "open_library",
    "page_size",
    "printing_library",
    "private_pages",
    "process_files",
    "program",
    "redirections",
    "result_error",
    "similar_libraries",
    "symbol_origin",
    "thread_stack",
    "thread_value",
    "thread_values",
    "unwinder",
    "writable_code",
]

name = "linux"
printing_library = "c"
code_policy = "a memfd mapped twice, read-write and read-execute; never a page writable and executable"
open_flags = os.RTLD_NOW | os.RTLD_LOCAL

#: What is imported when it is first asked for.
__getattr__ = later(globals(), {
    "libraries": ("c_library", "library_file", "load_image", "open_library", "process_files"),
    "linker_script": ("redirections",),
    "search": ("candidates", "directories", "is_path", "known_libraries", "similar_libraries"),
    "threads": ("thread_stack", "thread_value", "thread_values"),
    "unwinder": ("unwinder",),
})  # fmt: skip
