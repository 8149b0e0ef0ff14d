/* The library that libffi's test programs are linked with: libffi's names, with nothing behind them. Each function
   jumps to the address that the runner put into `slot_<name>`; each type object is filled by the runner. Nothing is
   pushed on the way, so a program's C++ exceptions find no frame of this library. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define FUNCTIONS(X)                                                                                              \
    X(ffi_prep_cif) X(ffi_prep_cif_var) X(ffi_call) X(ffi_get_struct_offsets) X(ffi_closure_alloc)                \
    X(ffi_closure_free) X(ffi_prep_closure_loc) X(ffi_prep_closure) X(ffi_raw_call) X(ffi_raw_size)               \
    X(ffi_ptrarray_to_raw) X(ffi_raw_to_ptrarray) X(ffi_prep_raw_closure) X(ffi_prep_raw_closure_loc)             \
    X(ffi_java_raw_call) X(ffi_java_raw_size) X(ffi_java_ptrarray_to_raw) X(ffi_java_raw_to_ptrarray)             \
    X(ffi_prep_java_raw_closure) X(ffi_prep_java_raw_closure_loc) X(ffi_prep_go_closure) X(ffi_call_go)           \
    X(ffi_call_plan_alloc) X(ffi_call_plan_invoke) X(ffi_call_plan_free) X(ffi_call_plan_size)                    \
    X(ffi_get_version) X(ffi_get_version_number) X(ffi_get_default_abi) X(ffi_get_closure_size)

#define TYPES(X)                                                                                                  \
    X(void) X(uint8) X(sint8) X(uint16) X(sint16) X(uint32) X(sint32) X(uint64) X(sint64) X(float) X(double)      \
    X(longdouble) X(pointer) X(complex_float) X(complex_double) X(complex_longdouble) X(uint128) X(sint128)

typedef struct { /* an ffi_type, whatever header the programs see */
    size_t size;
    uint16_t alignment, type;
    void *elements;
} object;

#define MISSING(name) \
    static void missing_##name(void) { fputs("the runner gave no " #name "\n", stderr); abort(); }
#define SLOT(name) void (*slot_##name)(void) = missing_##name;
/* Only registers that no convention passes anything in, chains of closures included. */
#if defined(_WIN64)
#define JUMP_BY(slot) "movq " slot "(%rip), %r11\n\tjmp *%r11\n"
#define KIND(name) ""
#define EXTENT(name) ""
#elif defined(__x86_64__)
#define JUMP_BY(slot) "endbr64\n\tmovq " slot "@GOTPCREL(%rip), %r11\n\tjmp *(%r11)\n"
#elif defined(__i386__)
#define JUMP_BY(slot)                                                                                             \
    "endbr32\n\tcall 1f\n1:\tpopl %eax\n\taddl $_GLOBAL_OFFSET_TABLE_+(. - 1b), %eax\n"                           \
    "\tmovl " slot "@GOT(%eax), %eax\n\tjmp *(%eax)\n"
#elif defined(__aarch64__)
#define JUMP_BY(slot)                                                                                             \
    "hint 34\n\tadrp x16, :got:" slot "\n\tldr x16, [x16, :got_lo12:" slot "]\n\tldr x16, [x16]\n\tbr x16\n"
#elif defined(__arm__)
#define STATE ".arm\n\t.balign 4\n"
#define JUMP_BY(slot)                                                                                             \
    "ldr ip, 1f\n0:\tadd ip, ip, pc\n\tldr ip, [ip]\n\tldr pc, [ip]\n1:\t.word " slot "(GOT_PREL) + (. - 0b - 8)\n"
#elif defined(__riscv)
#define JUMP_BY(slot) "la t1, " slot "\n\tld t1, (t1)\n\tjr t1\n"
#elif defined(__loongarch__)
#define JUMP_BY(slot) "la.global $t0, " slot "\n\tld.d $t0, $t0, 0\n\tjr $t0\n"
#elif defined(__powerpc64__)
/* A call, not a jump: a caller in this program takes r2 for kept. And where such callers enter. */
#define ENTRY(name) "\t.localentry " name ", 8\n"
#define JUMP_BY(slot)                                                                                             \
    "0:\t.cfi_startproc\n\taddis 2, 12, .TOC.-0b@ha\n\taddi 2, 2, .TOC.-0b@l\n\t"                                     \
    "mflr 0\n\tstd 0, 16(1)\n\tstdu 1, -32(1)\n\t.cfi_def_cfa_offset 32\n\t.cfi_offset 65, 16\n\tstd 2, 24(1)\n\t"     \
    "addis 12, 2, " slot "@got@ha\n\tld 12, " slot "@got@l(12)\n\tld 12, 0(12)\n\tmtctr 12\n\tbctrl\n\tld 2, 24(1)\n\t" \
    "addi 1, 1, 32\n\tld 0, 16(1)\n\tmtlr 0\n\tblr\n\t.cfi_endproc\n"
#elif defined(__mips64)
/* By t8; gp is the caller's. Functions are entered with their address in t9. */
#define JUMP_BY(slot)                                                                                             \
    ".set push\n\t.set noreorder\n0:\tlui $24, %hi(%neg(%gp_rel(0b)))\n\tdaddu $24, $24, $25\n\t"                     \
    "daddiu $24, $24, %lo(%neg(%gp_rel(0b)))\n\tld $25, %got_disp(" slot ")($24)\n\tld $25, 0($25)\n\tjr $25\n\tnop\n\t"  \
    ".set pop\n"
#elif defined(__mips__)
#define JUMP_BY(slot)                                                                                             \
    ".set push\n\t.set noreorder\n\tlui $24, %hi(_gp_disp)\n\taddiu $24, $24, %lo(_gp_disp)\n\taddu $24, $24, $25\n\t"  \
    "lw $25, %got(" slot ")($24)\n\tnop\n\tlw $25, 0($25)\n\tjr $25\n\tnop\n\t.set pop\n"
#elif defined(__s390x__)
#define JUMP_BY(slot) "lgrl %r1, " slot "@GOTENT\n\tlg %r1, 0(%r1)\n\tbr %r1\n"
#else
#error "the jump of this CPU is not written yet"
#endif
#ifndef ENTRY
#define ENTRY(name) ""
#endif
#ifndef STATE
#define STATE ""
#endif
#ifndef KIND
#define KIND(name) ".type " name ", %function\n"
#define EXTENT(name) ".size " name ", . - " name "\n"
#endif
#define JUMP(name)                                                                                                \
    __asm__(".text\n" STATE ".globl " #name "\n" KIND(#name) #name ":\n\t" ENTRY(#name) JUMP_BY("slot_" #name)               \
            EXTENT(#name));
#define TYPE(name) object ffi_type_##name;

FUNCTIONS(MISSING)
FUNCTIONS(SLOT)
FUNCTIONS(JUMP)
TYPES(TYPE)
