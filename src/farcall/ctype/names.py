"""C's named types, under Python names: `int_`, `ulong`, `size_t`, `double`, and the fixed widths."""

from __future__ import annotations

from .types import Complex, Float, Integer, Void

void = Void()
bool_ = Integer("_Bool", "bool", False)

char = Integer("char", "char", None)
schar = Integer("signed char", "char", True)
uchar = Integer("unsigned char", "char", False)
short = Integer("short", "short", True)
ushort = Integer("unsigned short", "short", False)
int_ = Integer("int", "int", True)
uint = Integer("unsigned int", "int", False)
long = Integer("long", "long", True)
ulong = Integer("unsigned long", "long", False)
longlong = Integer("long long", "long long", True)
ulonglong = Integer("unsigned long long", "long long", False)

int8 = Integer("int8_t", "8", True)
uint8 = Integer("uint8_t", "8", False)
int16 = Integer("int16_t", "16", True)
uint16 = Integer("uint16_t", "16", False)
int32 = Integer("int32_t", "32", True)
uint32 = Integer("uint32_t", "32", False)
int64 = Integer("int64_t", "64", True)
uint64 = Integer("uint64_t", "64", False)
int128 = Integer("__int128", "128", True)
uint128 = Integer("unsigned __int128", "128", False)

size_t = Integer("size_t", "pointer", False)
ssize_t = Integer("ssize_t", "pointer", True)
ptrdiff_t = Integer("ptrdiff_t", "pointer", True)
intptr = Integer("intptr_t", "pointer", True)
uintptr = Integer("uintptr_t", "pointer", False)
wchar = Integer("wchar_t", "wchar", None)

float_ = Float("float", "binary32")
double = Float("double", "binary64")
longdouble = Float("long double", "long")
float16 = Float("_Float16", "binary16")
bfloat16 = Float("__bf16", "bfloat16")
float128 = Float("__float128", "binary128")
#: A half that C computes with as float, and promotes so (ACLE, "Half-precision floating-point").
fp16 = Float("__fp16", "binary16")

complex_float = Complex(float_)
complex_double = Complex(double)
complex_longdouble = Complex(longdouble)

#: Every scalar above by its Python name.
NAMED = {name: value for name, value in globals().items() if isinstance(value, (Void, Integer, Float, Complex))}

__all__ = [*NAMED, "NAMED"]
