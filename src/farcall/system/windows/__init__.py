"""Windows: 8 and later, and wine. `System` in `interface` says what each name promises."""

from __future__ import annotations

from ...seed import close_library, library_path, library_symbol
from .. import later
from .machine import cpu, cpu_features, description, program
from .pages import code_pages, page_size, private_pages, writable_code
from .process import at_fork, cache_directory, result_error

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from .function_tables import frame_tables
    from .libraries import (
        c_library,
        library_file,
        load_image,
        open_library,
        process_files,
        redirections,
        symbol_origin,
    )  # fmt: skip
    from .search import candidates, directories, is_path, known_libraries, similar_libraries
    from .threads import thread_stack, thread_value, thread_values, unwinder

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

name = "windows"
#: In the Universal C Runtime they are inline functions of its header, around others.
printing_library = "msvcrt"
code_policy = "a section mapped twice, read-write and read-execute; never a page writable and executable"
#: LOAD_LIBRARY_SEARCH_DEFAULT_DIRS: the program's folder, System32, and those of `os.add_dll_directory`.
open_flags = 0x1000

#: What is imported when it is first asked for.
__getattr__ = later(globals(), {
    "function_tables": ("frame_tables",),
    "libraries": (
        "c_library", "library_file", "load_image", "open_library", "process_files", "redirections", "symbol_origin",
    ),
    "search": ("candidates", "directories", "is_path", "known_libraries", "similar_libraries"),
    "threads": ("thread_stack", "thread_value", "thread_values", "unwinder"),
})  # fmt: skip
