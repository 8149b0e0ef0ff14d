"""From an image's content to its file.

What a section contains depends on where others lie, and how large it is does not: so all are made twice, first as if
everything lay at 0, then as it does.

    segment     has                                                             and is
    headers     the file's headers, symbols, relocations, frames, constants     read
    code        routines                                                        run
    relro       pointers, which the dynamic linker fills in; its own table      read, once that is done
    data        variables                                                       written

The file is short. Each segment is loaded to pages of its own, at addresses that many pages above its place in the file.
"""

from __future__ import annotations

from ..cpu_facts import hardware
from ..elf import SHF_ALLOC, SHF_EXECINSTR, SHF_WRITE, Section, elf_file, form_of
from .content import Image
from .sections import CODE, DATA, HEADERS, NOT_LOADED, RELRO, Part, Sections

__all__ = ["PAGE", "image_file"]

#: What segments are aligned to: the largest page that a kernel for any of the CPUs has.
PAGE = 65536
ET_DYN = 3
PT_LOAD, PT_DYNAMIC, PT_NOTE, PT_TLS = 1, 2, 4, 7
PT_GNU_EH_FRAME, PT_GNU_STACK, PT_GNU_RELRO, PT_GNU_PROPERTY = 0x6474E550, 0x6474E551, 0x6474E552, 0x6474E553
PT_ARM_EXIDX, PT_MIPS_ABIFLAGS = 0x70000001, 0x70000003
PF_X, PF_W, PF_R = 1, 2, 4
LOADED = (HEADERS, CODE, RELRO, DATA)
FLAGS = {
    HEADERS: SHF_ALLOC,
    CODE: SHF_ALLOC | SHF_EXECINSTR,
    RELRO: SHF_ALLOC | SHF_WRITE,
    DATA: SHF_ALLOC | SHF_WRITE,
    NOT_LOADED: 0,
}
PROTECTION = {HEADERS: PF_R, CODE: PF_R | PF_X, RELRO: PF_R | PF_W, DATA: PF_R | PF_W}
#: Rows of the table of segments for sections that the system looks for.
NAMED = {
    ".dynamic": (PT_DYNAMIC, PF_R | PF_W),
    ".note.gnu.property": (PT_NOTE, PF_R),
    ".eh_frame_hdr": (PT_GNU_EH_FRAME, PF_R),
    ".ARM.exidx": (PT_ARM_EXIDX, PF_R),
    ".MIPS.abiflags": (PT_MIPS_ABIFLAGS, PF_R),
}


def image_file(image: Image) -> bytes:
    """The file, always the same bytes. Raises LookupError, naming it, for what a routine, a datum or an export refers to and
    nothing defines."""
    parts = Sections(image, {}, {}).parts()
    places = _places(image, parts)
    numbers = {part.name: number for number, part in enumerate(parts, 1)}
    addresses = {part.name: places[part.name] + part.segment * PAGE for part in parts if part.segment in LOADED}
    parts = Sections(image, addresses, numbers).parts()
    body = bytearray(max(places[part.name] + len(part.data) for part in parts))
    for part in parts:
        body[places[part.name] : places[part.name] + len(part.data)] = part.data
    sections = tuple(
        Section(
            part.name, part.type, FLAGS[part.segment], addresses.get(part.name, 0), part.data,
            link=numbers.get(part.link, 0), info=part.info, entry=part.entry, align=part.align,
        )
        for part in parts
    )  # fmt: skip
    segments = _segments(image, parts, places, addresses)
    return elf_file(hardware(image.cpu), ET_DYN, body, sections, [places[part.name] for part in parts], segments)


def _places(image: Image, parts: list[Part]) -> dict[str, int]:
    """Where in the file each section starts: behind the header and the table of segments."""
    form = form_of(hardware(image.cpu))
    end = form.headers + form.segments * (_rows(parts) + bool(image.thread))
    places = {}
    for part in parts:
        places[part.name] = -(-end // part.align) * part.align
        end = places[part.name] + len(part.data)
    return places


def _rows(parts: list[Part]) -> int:
    """How many segments the file tells of."""
    names = {part.name for part in parts}
    return (
        len({part.segment for part in parts} & {*LOADED}) + len(names & {*NAMED}) + 2 + (".note.gnu.property" in names)
    )


def _segments(image: Image, parts: list[Part], places: dict[str, int], addresses: dict[str, int]) -> tuple[bytes, ...]:
    form, rows, behind = form_of(hardware(image.cpu)), [], []
    for segment in LOADED:
        own = [part for part in parts if part.segment == segment]
        if not own:
            continue
        first, last = own[0].name, own[-1]
        start, place = (0, 0) if segment == HEADERS else (addresses[first], places[first])
        size = addresses[last.name] + len(last.data) - start
        memory = size
        if segment == RELRO:  # whole pages of any size, so that all of it can be made read-only
            memory = -(-(start + size) // PAGE) * PAGE - start
            behind.append(form.segment(PT_GNU_RELRO, PF_R, place, start, size, 1, memory))
        rows.append(form.segment(PT_LOAD, PROTECTION[segment], place, start, size, PAGE, memory))
    for part in parts:
        if part.name in NAMED:
            kind, flags = NAMED[part.name]
            row = places[part.name], addresses[part.name], len(part.data), part.align
            rows.append(form.segment(kind, flags, *row))
            if kind == PT_NOTE:
                rows.append(form.segment(PT_GNU_PROPERTY, flags, *row))
    if image.thread:  # of which the file has nothing
        rows.append(form.segment(PT_TLS, PF_R, 0, 0, 0, image.thread, image.thread))
    rows.append(form.segment(PT_GNU_STACK, PF_R | PF_W, 0, 0, 0, 16))  # without it, the stack would be made executable
    return (*rows, *behind)
