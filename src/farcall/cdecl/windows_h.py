"""The names of <windows.h> that declarations of Windows' functions are made of, known there without the header.

Source: <windef.h>, <winnt.h>, <basetsd.h>, <guiddef.h>, <minwinbase.h>.
"""

from __future__ import annotations

from functools import lru_cache

from ..ctype import Array, CType, Field, Integer, Pointer, Qualified, Record, names

__all__ = ["windows_types"]

#: By rank, signed and unsigned ones.
INTEGERS = {
    "char": ("", "BYTE UCHAR BOOLEAN"),
    "short": ("SHORT", "WORD USHORT ATOM"),
    "int": ("BOOL INT", "UINT"),
    "long": ("LONG HRESULT NTSTATUS", "ULONG DWORD LCID COLORREF ACCESS_MASK"),
    "8": ("INT8", "UINT8"),
    "16": ("INT16", "UINT16"),
    "32": ("INT32 LONG32", "UINT32 ULONG32 DWORD32"),
    "64": ("INT64 LONG64 LONGLONG LARGE_INTEGER", "UINT64 ULONG64 DWORD64 ULONGLONG DWORDLONG ULARGE_INTEGER"),
    "pointer": ("INT_PTR LONG_PTR SSIZE_T LPARAM LRESULT", "UINT_PTR ULONG_PTR DWORD_PTR SIZE_T WPARAM"),
    "wchar": ("", "WCHAR TCHAR"),
}
#: By name the members, each as `type name` or `type name length`.
STRUCTS = {
    "GUID": ("_GUID", "DWORD Data1, WORD Data2, WORD Data3, BYTE Data4 8"),
    "FILETIME": ("_FILETIME", "DWORD dwLowDateTime, DWORD dwHighDateTime"),
    "SYSTEMTIME": (
        "_SYSTEMTIME",
        "WORD wYear, WORD wMonth, WORD wDayOfWeek, WORD wDay, WORD wHour, WORD wMinute, WORD wSecond, WORD wMilliseconds",
    ),
    "POINT": ("tagPOINT", "LONG x, LONG y"),
    "RECT": ("tagRECT", "LONG left, LONG top, LONG right, LONG bottom"),
}
ALIASES = {"IID": "GUID", "CLSID": "GUID"}
#: What others are made of, which C itself has.
OF_C: dict[str, CType] = {"void": names.void, "char": names.char, "wchar_t": names.wchar}
#: Pointers to a type, and to it as const. A handle is an address of which only the system knows what it means.
POINTERS = {
    "void": (
        "PVOID LPVOID HANDLE HGLOBAL HLOCAL HMODULE HINSTANCE HWND HDC HKEY HICON HCURSOR HBRUSH HBITMAP HFONT HMENU HGDIOBJ "
        "HHOOK HRSRC HDESK HWINSTA SC_HANDLE FARPROC",
        "LPCVOID",
    ),
    "char": ("LPSTR PSTR", "LPCSTR PCSTR"),
    "wchar_t": ("LPWSTR PWSTR BSTR LPOLESTR LPTSTR", "LPCWSTR PCWSTR LPCOLESTR LPCTSTR"),
    "BOOL": ("PBOOL LPBOOL", ""),
    "BYTE": ("PBYTE LPBYTE", ""),
    "WORD": ("PWORD LPWORD", ""),
    "DWORD": ("PDWORD LPDWORD", ""),
    "INT": ("PINT LPINT", ""),
    "LONG": ("PLONG LPLONG", ""),
    "ULONG": ("PULONG", ""),
    "SIZE_T": ("PSIZE_T", ""),
    "HANDLE": ("PHANDLE LPHANDLE", ""),
    "HKEY": ("PHKEY", ""),
    "GUID": ("LPGUID", "REFGUID REFIID REFCLSID LPCGUID"),
    "FILETIME": ("PFILETIME LPFILETIME", ""),
    "SYSTEMTIME": ("PSYSTEMTIME LPSYSTEMTIME", ""),
    "POINT": ("PPOINT LPPOINT", ""),
    "RECT": ("PRECT LPRECT", "LPCRECT"),
    "LARGE_INTEGER": ("PLARGE_INTEGER", ""),
}


@lru_cache(maxsize=1)
def windows_types() -> dict[str, CType]:
    """The types by name; complete ones all, the same for every scope. The tags of the structs are not taken."""
    found = dict(OF_C)
    for rank, rows in INTEGERS.items():
        for signed, row in zip((True, False), rows, strict=True):
            found.update((name, Integer(name, rank, signed)) for name in row.split())
    for name, (tag, members) in STRUCTS.items():
        fields = []
        for member in members.split(", "):
            kind, called, *length = member.split()
            fields.append(Field(called, Array(found[kind], int(length[0])) if length else found[kind]))
        found[name] = Record("struct", tag, tuple(fields))
    found.update((name, found[other]) for name, other in ALIASES.items())
    for target, (plain, const) in POINTERS.items():
        found.update((name, Pointer(found[target])) for name in plain.split())
        found.update((name, Pointer(Qualified(found[target], frozenset({"const"})))) for name in const.split())
    return {name: type for name, type in found.items() if name not in OF_C}
