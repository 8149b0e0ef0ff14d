"""What a system provides: the names that a module for one must have, and what each promises.

Whoever adds a system writes a module `system/NAME.py`, or a package, with all of these at its top, and names it in
`SYSTEMS`; the type checker compares it with `System`. While programs run, nobody imports this file. Addresses and handles
are plain `int`, sizes are bytes. Failures are `OSError` with the system's own number and text, unless another one is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import mmap
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from .record import Description, ThreadValues, Unwinder

__all__ = ["CodePages", "Exported", "Frame", "FrameTables", "LibraryFile", "System"]


class CodePages(Protocol):
    """Executable memory seen twice: what is written through one view runs in the other.

    No page is ever both writable and executable, and no page's protection is changed while code may run in it. After a fork
    both processes have the same bytes. `size` is a whole number of pages; the first byte runs at `address`, a multiple
    of the page's size. Neither goes away unless `unmap` is called, not even when Python ends.
    """

    size: int
    address: int

    @property
    def writable(self) -> int:
        """Where the first byte can be written."""

    def put(self, offset: int, data: bytes) -> None:
        """Write through the writable view."""

    def unmap(self) -> None:
        """Give both views back; nothing may run there any more. Works until the very end of the interpreter."""


class Frame(Protocol):
    """The frame of a stretch of code, whose ends are in bytes from the code's own start: `undoing` says, in the system's form,
    how it is undone."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def undoing(self) -> bytes: ...


class FrameTables(Protocol):
    """What tells an unwinder of the code of one region, piece by piece. It works until the very end of the interpreter."""

    def put(self, offset: int, frames: Sequence[Frame]) -> None:
        """The code at an offset of the region has these frames, in order."""

    def cleared(self, offset: int) -> None:
        """No code lies there any more."""

    def gone(self) -> None:
        """The region is about to go."""


class Exported(Protocol):
    """A symbol that a library's file exports."""

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int:
        """Bytes; 0 where the file does not tell."""

    @property
    def value(self) -> int:
        """Its address before relocation; of thread-local data the offset in their block."""

    @property
    def default(self) -> bool:
        """Whether it is what one gets who asks for the name alone, not for one of its versions."""

    @property
    def is_function(self) -> bool:
        """Whether the file says that it is code. Where neither this nor the next holds, the file does not tell."""

    @property
    def is_variable(self) -> bool:
        """Whether the file says that it is data, thread-local ones included."""

    @property
    def is_thread_local(self) -> bool: ...

    @property
    def is_forwarded(self) -> bool:
        """Whether the file only says which library has it, and by what name."""


class LibraryFile(Protocol):
    """What the file of a library or program says of itself: ELF, and what other systems have in its place."""

    @property
    def copies(self) -> dict[int, str]:
        """Of a program: the variables of libraries that it has taken over (copy relocations), by their address in the
        file. Empty where programs do no such thing."""

    def symbols(self) -> Sequence[Exported]:
        """All that it exports, in the order of the file."""

    def lookup(self, name: str) -> Exported | None:
        """The symbol of a name, of several versions the default one; None if there is none."""


class System(Protocol):
    """A system. A module provides these as its own names."""

    # What it is

    #: As targets call it: "linux" in "x-linux" (`convention.target`).
    name: str
    #: How executable memory is made here, in a sentence for people.
    code_policy: str

    def cpu(self) -> str:
        """The CPU, by targets' name for it, that the running interpreter was compiled for: not the kernel's, and not an
        emulator's."""

    def cpu_features(self) -> frozenset[str]:
        """What the CPU has and lets programs use, by Linux's names for it in its list of flags; empty if unknown."""

    def description(self) -> Description: ...

    # Memory

    def page_size(self) -> int: ...

    def code_pages(self, size: int, library: bytes = b"") -> CodePages:
        """Executable memory, zeroed, of at least so many bytes. MemoryPolicyError where a policy forbids it, with the
        policy's name and how to fix it. `library` is the file of one that exports more bytes of code as "room": the memory
        is to lie in their place, so that unwinders which know libraries only know it for a part of that one. Where the
        system's linker does not take it, the memory lies elsewhere."""

    def private_pages(self, size: int) -> mmap.mmap:
        """Zeroed memory that costs nothing until it is written, and that a fork copies."""

    def writable_code(self) -> list[str]:
        """The spans of this process's memory that can be both written and run, as text; what `doctor` looks for."""

    # Libraries

    #: What `open_library` is told where nobody says otherwise: resolve everything now, keep names to the library.
    open_flags: int

    #: The short name of a library that has the functions of <stdio.h> under their own names.
    printing_library: str

    def open_library(self, name: str | None, flags: int) -> int:
        """Load a library by a name that the system's linker takes; for None, the running process. `flags` are the system's
        own; what they leave open is as in `open_flags`. The handle is to be given to `close_library` once."""

    def library_symbol(self, handle: int, name: str) -> int:
        """The address of a symbol in a library or one it needs, or 0 if there is none."""

    def close_library(self, handle: int) -> None: ...

    def library_path(self, handle: int) -> str:
        """The file of a library, as the system's linker names it; "" for the running program or when unknown."""

    def symbol_origin(self, address: int) -> tuple[str, str]:
        """The file that an address belongs to, and the nearest symbol at or below it; "" where unknown."""

    def process_files(self) -> list[str]:
        """Paths of the program and of the libraries whose names a process has without opening any, C's and Python's above
        all, in the order in which they are asked."""

    def load_image(self, data: bytes) -> int:
        """Load a library whose file's bytes these are, and that stays loaded; its handle. Debuggers can open it while
        the process lives."""

    def library_file(self, path: str) -> LibraryFile:
        """What the file at a path says. ValueError where it is no library or program of this system's, or damaged."""

    def c_library(self, path: str) -> str:
        """The name of the C library whose errno the functions of a library's file set, where a process may have several; ""
        for the one that Python uses."""

    def program(self) -> str:
        """A path by which the running program's own file can be read, also where it was moved or deleted."""

    def is_path(self, name: str) -> bool:
        """Whether a library's name says where it lies, so that nothing is searched."""

    def candidates(self, name: str) -> Iterator[str]:
        """What to give to `open_library` for a name that people use ("z", "libz.so.1"), best first, each once."""

    def redirections(self, path: str) -> list[str]:
        """The names of the libraries that a file stands for which is none itself; empty if it is no such file."""

    def directories(self) -> list[str]:
        """Where libraries are looked for by file, in order."""

    def known_libraries(self) -> list[str]:
        """The file names of all libraries that could be found, sorted."""

    def similar_libraries(self, name: str) -> list[str]:
        """Names of existing libraries that look like what was meant, best first."""

    def result_error(self, number: int, what: str) -> OSError:
        """A negative HRESULT that the function `what` returned, with the system's text where it has one."""

    # Threads and frames

    def thread_stack(self) -> tuple[int, int]:
        """The lowest address of the running thread's stack, and the end of its highest byte; (0, 0) if unknown."""

    def thread_values(self, ended: int = 0) -> ThreadValues:
        """A new value for each thread. When a thread ends, the C function at `ended` gets what it had, unless that is NULL;
        C's `free` where none is said. OSError where the system has no more of them."""

    def thread_value(self, key: int) -> int:
        """What the running thread has for such a key, whoever made it: an address, 0 if it has nothing, or there is no such key."""

    def unwinder(self) -> Unwinder | None:
        """The unwinder that carries C++ exceptions; None as long as the process has none, which may change."""

    def frame_tables(self, pages: CodePages) -> FrameTables | None:
        """What tells the system's own unwinder of code in these pages, piece by piece; None where `unwinder` is all there is,
        which is told of all of them at once."""

    # Processes and users

    def at_fork(
        self,
        *,
        before: Callable[[], object] | None = None,
        after_in_parent: Callable[[], object] | None = None,
        after_in_child: Callable[[], object] | None = None,
    ) -> None:
        """Call these whenever the process forks; a system without fork never does."""

    def cache_directory(self) -> Path | None:
        """Where this user's programs keep what they can make again; None where the user has no such place."""
