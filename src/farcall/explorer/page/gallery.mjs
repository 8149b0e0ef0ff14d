// Examples that teach something: what they show, and the state that shows it.

const LINUX = ["x86_64-linux", "aarch64-linux", "riscv64-linux"];

export const GALLERY = [
  {
    title: "Two floats in a struct",
    about: "One vector register holds both (System V), each has its own (AAPCS64, a homogeneous aggregate), or the struct is " +
      "an integer (Microsoft).",
    state: { text: "struct point { float x, y; };\nstruct point move(struct point p, float by);\n",
      targets: ["x86_64-linux", "aarch64-linux", "x86_64-windows-msvc"] },
  },
  {
    title: "Four doubles: a homogeneous aggregate",
    about: "AAPCS64 passes up to four members of one floating type in registers; System V has memory for what is over 16 bytes, " +
      "RISC-V a copy by reference.",
    state: { text: "struct box { double left, top, right, bottom; };\nstruct box grow(struct box b, double by);\n", targets: LINUX },
  },
  {
    title: "A struct of integer and floating member",
    about: "Each half goes into a register of its own kind, where there is one left of both.",
    state: { text: "struct tagged { long tag; double value; };\nlong tag(struct tagged t, int n);\n", targets: LINUX },
  },
  {
    title: "A small union",
    about: "What shares bytes with an integer is an integer.",
    state: { text: "union number { double d; long long i; };\ndouble sum(union number a, double b);\n",
      targets: [...LINUX, "x86_64-windows-msvc"] },
  },
  {
    title: "Variadic: Linux and Apple",
    about: "On Apple's arm64, what is behind ... is always on the stack; on Windows a floating argument is in two registers; on x86-64 " +
      "Linux al counts vector registers.",
    state: { text: "int printf(const char *format, ...);\n", tail: "int, double",
      targets: ["x86_64-linux", "aarch64-linux", "aarch64-macos", "x86_64-windows-msvc"] },
  },
  {
    title: "By reference: a large struct",
    about: "The caller makes a copy and passes its address, or puts the struct itself on the stack. The result is in memory " +
      "of the caller's, whose address is a hidden argument.",
    state: { text: "struct matrix { double m[4][4]; };\nstruct matrix invert(struct matrix m, int flags);\n",
      targets: ["x86_64-linux", "aarch64-linux", "x86_64-windows-msvc", "i386-linux"] },
  },
  {
    title: "Windows' shadow space",
    about: "The callee may use 32 bytes above the return address; the fifth argument is behind them.",
    state: { text: "void f(int a, double b, int c, double d, int e, double g);\n", targets: ["x86_64-windows-msvc", "x86_64-linux"] },
  },
  {
    title: "Narrow integers, and who extends them",
    about: "RISC-V and Apple let the caller widen them; AAPCS64 lets the callee; big-endian machines have them at the right.",
    state: { text: "signed char f(signed char a, unsigned char b, short c, _Bool d);\n",
      targets: ["aarch64-linux", "aarch64-macos", "riscv64-linux", "s390x-linux"] },
  },
  {
    title: "i386: cdecl, stdcall, fastcall, regparm",
    about: "One function in four conventions: choose it below. In stdcall and fastcall the callee removes the arguments; fastcall has " +
      "two registers, regparm three.",
    state: { text: "int one(int a, short b, double c);\n__attribute__((stdcall)) int two(int a, short b, double c);\n" +
        "__attribute__((fastcall)) int three(int a, short b, double c);\n__attribute__((regparm(3))) int four(int a, short b, double c);\n",
      targets: ["i386-linux", "i386-windows-msvc"], function: "four" },
  },
  {
    title: "i386: Pascal, from left to right",
    about: "The first argument is pushed first, so it is at the highest address; the callee removes them all. g is the same in C.",
    state: { text: "__attribute__((pascal)) int f(char a, short b, double c);\nint g(char a, short b, double c);\n",
      targets: ["i386-linux", "i386-windows-msvc"], function: "f" },
  },
  {
    title: "Power and z: five doubles in a struct",
    about: "ELFv2 has up to eight members of one floating type in floating registers, and each takes the place of a general " +
      "one too, so n is in r8. On z/Architecture the struct is passed by reference, and on AArch64, where there are more than four.",
    state: { text: "struct row { double d[5]; };\ndouble sum(struct row r, int n);\n",
      targets: ["ppc64le-linux", "s390x-linux", "aarch64-linux"] },
  },
  {
    title: "Power: ELFv1 and ELFv2",
    about: "ELFv1, which is big-endian, passes a struct in general registers, a doubleword in each, and returns one in memory of the " +
      "caller's. ELFv2 has its doubles in floating registers, both ways. The caller of ELFv1 always leaves room for eight doublewords.",
    state: { text: "struct pair { double x, y; };\nstruct pair turn(struct pair p, int n, float z);\n",
      targets: ["ppc64-linux", "ppc64le-linux"] },
  },
  {
    title: "32-bit Power: where small structs are returned",
    about: "The psABI returns up to eight bytes in r3 and r4; on Linux gcc has the caller's memory for all of them, whose address is in " +
      "r3, so all arguments move by one. A struct is passed by reference to a copy, a long long in a pair that begins at an odd register.",
    state: { text: "struct pair { int x, y; };\nstruct pair turn(struct pair p, long long n, double z);\n",
      targets: ["ppc-linux", "ppc-linux-svr4"] },
  },
  {
    title: "MIPS: the slots of o32",
    about: "The arguments are words of one structure, whose first four are in a0 to a3. A double begins at an even word, so a1 stays " +
      "empty; behind an integer no floating register is used (in g the first two are in some). Big-endian, a short is at the other " +
      "end of its word. n64 counts eight registers, of either kind.",
    state: { text: "double g(float a, double b, int n);\ndouble f(int n, double x, float y, short s);\n",
      targets: ["mipsel-linux", "mips-linux", "mips64-linux"] },
  },
  {
    title: "MIPS: n32 and n64",
    about: "The same registers, each of 64 bits, with pointers of 32: whoever passes one widens it. On the stack it is not widened, and " +
      "big-endian it is at the other end of its doubleword.",
    state: { text: "long f(void *p, long long n, double x, long m);\n", targets: ["mips64el-linux-n32", "mips64-linux-n32", "mips64-linux"] },
  },
  {
    title: "SPARC: 64 bits and 32",
    about: "Each doubleword has a general and a floating-point register of its own: a float is in the right half of its one, a struct's at " +
      "the left, beside the integer in a general register. With 32 bits all are words in general registers, the struct is passed by " +
      "reference, and the address of a result in memory has its own word of the stack.",
    state: { text: "struct mark { float at; int n; };\nstruct mark f(struct mark m, float x, double y);\n",
      targets: ["sparc64-linux", "sparc-linux"] },
  },
  {
    title: "Alpha: a register of either kind for each quadword",
    about: "A struct is in general registers, then on the stack, and a result in memory whatever its size. An unsigned int is widened " +
      "with its sign, as registers keep it; a long double is passed by reference.",
    state: { text: "struct mark { float at; int n; };\nstruct mark f(struct mark m, double x, unsigned u, long double w);\n",
      targets: ["alpha-linux", "mips64el-linux"] },
  },
  {
    title: "LoongArch: lp64d, and lp64s without floating registers",
    about: "As on RISC-V, a struct of a real and an integer has a register of either kind, and what is larger than two general " +
      "registers is passed by reference. lp64s has general registers alone.",
    state: { text: "struct mark { float at; int n; };\ndouble f(struct mark m, double x, __int128 w);\n",
      targets: ["loongarch64-linux", "loongarch64-linux-lp64s", "riscv64-linux"] },
  },
  {
    title: "RISC-V of 32 and of 64 bits",
    about: "A struct that needs more than two general registers is passed by reference, so the width of a register decides; a double " +
      "has a floating register in ilp32d, a pair of general ones in ilp32f.",
    state: { text: "struct entry { long long key; int n; };\nint f(struct entry e, double x, long long last);\n",
      targets: ["riscv32-linux", "riscv32-linux-ilp32f", "riscv64-linux"] },
  },
  {
    title: "AArch64 of either byte order",
    about: "Big-endian, a short struct is at the left end of its register, as if it had been loaded from memory; an integer and a " +
      "float are at the right, and on the stack at the end of their doubleword.",
    state: { text: "struct three { char r, g, b; };\nfloat f(struct three c, short n, float x, struct three d);\n",
      targets: ["aarch64-linux", "aarch64_be-linux"] },
  },
  {
    title: "32-bit Arm: with VFP registers and without",
    about: "c fills the half of a register that a has left free, and the 64-bit w begins at an even register. Without VFP registers " +
      "all are in general ones and on the stack.",
    state: { text: "float f(float a, double b, float c, int n, long long w);\n", targets: ["arm-linux", "arm-linux-eabi"] },
  },
  {
    title: "What gcc takes a struct for",
    about: "On m68k and SH a struct is returned as the number that gcc takes it for, in memory if it is none. By the ABI of Arm before EABI " +
      "only what is integer-like is in a register, and a struct has four bytes at least.",
    state: { text: "struct one { float x; };\nstruct three { char r, g, b; };\nstruct one f(struct three c, float y, double z);\n",
      targets: ["m68k-linux", "sh4-linux", "arm-linux-oabi"] },
  },
  {
    title: "128 bits: pairs of registers",
    about: "AAPCS64 starts such a pair at an even register; RISC-V does not; Windows passes a reference.",
    state: { text: "__int128 f(int a, __int128 b, long c);\n", targets: [...LINUX, "x86_64-windows-gnu"] },
  },
  {
    title: "long double, three formats",
    about: "80 bits in the x87's registers, 128 bits in a vector register, or no other than double.",
    state: { text: "long double f(long double x, int n);\n",
      targets: ["x86_64-linux", "aarch64-linux", "aarch64-macos", "riscv64-linux"] },
  },
  {
    title: "Bit-fields, laid out by three rules",
    about: "System V packs them across types, Microsoft starts a new unit for each type.",
    state: { text: "struct flags {\n    char kind;\n    int low : 3;\n    int high : 13;\n    unsigned char last : 4;\n};\n",
      targets: ["x86_64-linux", "x86_64-windows-msvc", "i386-linux"] },
  },
  {
    title: "Padding and alignment",
    about: "The same members in another order; a double is aligned to 4 on i386 Linux.",
    state: { text: "struct loose { char a; double b; char c; int d; };\nstruct tight { double b; int d; char a, c; };\n",
      targets: ["x86_64-linux", "i386-linux"] },
  },
  {
    title: "A callback, and its code",
    about: "qsort's comparison: what a closure does with the two pointers before Python runs.",
    state: { text: "int compare(const void *left, const void *right);\n", targets: ["x86_64-linux", "aarch64-linux"], code: "closure" },
  },
  {
    title: "Complex numbers",
    about: "Two halves in one register, in two, or by the rules of a struct.",
    state: { text: "double _Complex f(float _Complex a, double _Complex b);\n", targets: [...LINUX, "i386-linux"] },
  },
];
