// Frames of C++ above, below and between generated code.
#include <csetjmp>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <execinfo.h>
#include <stdexcept>
#include <string>
#include <ucontext.h>
#include <unwind.h>

typedef void *(*Builtin)(void *self, void *argument);
typedef int (*Function)(int);
typedef void (*Handler)(void *cif, void *result, void **arguments, void *user_data);

// Counts itself, so that a destructor that is not run shows.
struct Counted {
    static int alive;
    Counted() { ++alive; }
    ~Counted() { --alive; }
};
int Counted::alive = 0;

extern "C" {

extern void PyErr_Clear() __attribute__((weak));

// Exceptions

int throws_if(int x) {
    if (x) throw std::runtime_error("x is " + std::to_string(x));
    return 0;
}

int catches(Function f, int x) {
    int before = Counted::alive;
    try {
        Counted counted;
        return f(x);
    } catch (const std::runtime_error &error) {
        return Counted::alive != before ? -1 : error.what()[5];
    }
}

// What lies in callee-saved registers across the call must be there again in the handler.
int catches_and_keeps(Function f, int x) {
    int a = x + 1, b = x * 3, c = x ^ 0x55, d = x - 7, e = x << 2, g = x | 0x100;
    asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(g));
    try {
        f(x);
    } catch (const std::runtime_error &) {
        return a == x + 1 && b == x * 3 && c == (x ^ 0x55) && d == x - 7 && e == x << 2 && g == (x | 0x100);
    }
    return -1;
}

int catches_over_stub(size_t code, size_t self, size_t argument) {
    int before = Counted::alive;
    try {
        Counted counted;
        ((Builtin)code)((void *)self, (void *)argument);
        return 0;
    } catch (const std::runtime_error &error) {
        return Counted::alive != before ? -1 : error.what()[5];
    }
}

int catches_often(Function f, int times) {
    int caught = 0;
    for (int i = 0; i < times; ++i) {
        try {
            f(1);
        } catch (const std::runtime_error &) {
            ++caught;
        }
    }
    return caught;
}

static void throwing(void *, void *result, void **arguments, void *) {
    *(int64_t *)result = throws_if(*(int *)arguments[0]);
}
size_t thrower() { return (size_t)throwing; }

int calls(Function f, int x) { return f(x) + 1; }

// longjmp

static jmp_buf place;
static void jumping(void *, void *, void **arguments, void *) { longjmp(place, *(int *)arguments[0]); }
size_t jumper() { return (size_t)jumping; }

int jumps(Function f, int x) {
    int value = setjmp(place);
    if (value) return 100 + value;
    return f(x);
}

// Walking

static size_t *traced;
static int room, depth;

__attribute__((noinline)) int trace(size_t *frames, int count) {
    int found = backtrace((void **)frames, count);
    asm volatile("" : : : "memory");
    return found;
}

static void tracing(void *, void *result, void **, void *) {
    depth = trace(traced, room);
    *(int64_t *)result = 0;
}
size_t tracer() { return (size_t)tracing; }

int calls_and_traces(Function f, size_t *frames, int count) {
    traced = frames;
    room = count;
    f(0);
    return depth;
}

#if defined __x86_64__ || defined __i386__
// One instruction at a time: after each within the code that is watched, the unwinder must find the frame of whoever
// called it, with the registers that a callee keeps as they were.

#ifdef __x86_64__
enum { KEPT_COUNT = 6, PC = REG_RIP, SP = REG_RSP };
static const int KEPT[] = {3, 6, 12, 13, 14, 15};  // rbx, rbp, r12 to r15 in DWARF
static const int IN_CONTEXT[] = {REG_RBX, REG_RBP, REG_R12, REG_R13, REG_R14, REG_R15};
#define STEP asm volatile("pushfq; orq $0x100, (%%rsp); popfq" : : : "cc", "memory")
#define RUN asm volatile("pushfq; andq $~0x100, (%%rsp); popfq" : : : "cc", "memory")
#else
enum { KEPT_COUNT = 4, PC = REG_EIP, SP = REG_ESP };
static const int KEPT[] = {3, 5, 6, 7};  // ebx, ebp, esi, edi
static const int IN_CONTEXT[] = {REG_EBX, REG_EBP, REG_ESI, REG_EDI};
#define STEP asm volatile("pushfl; orl $0x100, (%%esp); popfl" : : : "cc", "memory")
#define RUN asm volatile("pushfl; andl $~0x100, (%%esp); popfl" : : : "cc", "memory")
#endif

static size_t low, high, entry_sp, entry_return;
static int inside, away, step_count, wrong_count, foreign_count;
static size_t kept[KEPT_COUNT];
static char complaint[256];

struct Walk {
    size_t pc;
    int state;  // 0: not met the interrupted frame yet, 1: met, 2: its caller met
};

static void wrong(const char *what, size_t pc, size_t found, size_t expected) {
    if (!wrong_count++)
        snprintf(complaint, sizeof complaint, "%s at +%#zx: found %#zx, expected %#zx", what, pc - low, found, expected);
}

static _Unwind_Reason_Code look(_Unwind_Context *context, void *data) {
    Walk *walk = (Walk *)data;
    int before = 0;
    size_t pc = _Unwind_GetIPInfo(context, &before);
    if (walk->state == 0) {
        if (pc == walk->pc && before) walk->state = 1;
        return _URC_NO_REASON;
    }
    walk->state = 2;
    if (pc != entry_return) wrong("return address", walk->pc, pc, entry_return);
    size_t cfa = entry_sp + sizeof(size_t);
    if (_Unwind_GetCFA(context) != cfa) wrong("frame", walk->pc, _Unwind_GetCFA(context), cfa);
    for (int i = 0; i < KEPT_COUNT; ++i)
        if (_Unwind_GetGR(context, KEPT[i]) != kept[i])
            wrong("kept register", walk->pc, _Unwind_GetGR(context, KEPT[i]), kept[i]);
    return _URC_END_OF_STACK;
}

static void stepped(int, siginfo_t *, void *data) {
    ucontext_t *context = (ucontext_t *)data;
    size_t pc = context->uc_mcontext.gregs[PC], sp = context->uc_mcontext.gregs[SP];
    if (pc == low) {
        inside = 1;
        entry_sp = sp;
        entry_return = *(size_t *)sp;
        for (int i = 0; i < KEPT_COUNT; ++i) kept[i] = context->uc_mcontext.gregs[IN_CONTEXT[i]];
    }
    if (!inside) return;
    if (pc == entry_return) {
        inside = 0;
        return;
    }
    if (pc < low || pc >= high) {
        ++foreign_count;
        away = 1;
        return;
    }
    // Where a callee has popped arguments, the rows are right for those who unwind from it; one instruction later, when
    // the stack pointer is back in its place, they are so for everyone.
    int popped = away && ((unsigned char *)pc)[0] == 0x83 && ((unsigned char *)pc)[1] == 0xEC;  // sub esp, byte
    away = 0;
    if (popped && sizeof(size_t) == 4) return;
    ++step_count;
    Walk walk = {pc, 0};
    _Unwind_Backtrace(look, &walk);
    if (walk.state != 2) wrong("the walk's end", pc, walk.state, 2);
}

// Calls `code` with three arguments, watching [start, start + size), which it is in or calls.
__attribute__((noinline)) void step_through(size_t start, size_t size, size_t code, size_t a, size_t b, size_t c) {
    struct sigaction action = {}, old;
    action.sa_sigaction = stepped;
    action.sa_flags = SA_SIGINFO;
    low = start, high = start + size;
    inside = away = step_count = wrong_count = foreign_count = 0;
    complaint[0] = 0;
    Walk warm = {0, 0};
    _Unwind_Backtrace(look, &warm);  // what it does once only is done outside the handler
    sigaction(SIGTRAP, &action, &old);
    STEP;
    ((size_t(*)(size_t, size_t, size_t))code)(a, b, c);
    RUN;
    sigaction(SIGTRAP, &old, 0);
    if (PyErr_Clear) PyErr_Clear();  // nobody else heeds what the code has raised
}

typedef double Vector __attribute__((vector_size(32)));
__attribute__((target("avx"))) double nine_vectors(Vector, Vector, Vector, Vector, Vector, Vector, Vector, Vector,
                                                   Vector ninth) {
    return ninth[3];
}

int steps() { return step_count; }
int wrong_steps() { return wrong_count; }
int foreign_steps() { return foreign_count; }
const char *first_wrong() { return complaint; }
#endif

struct Pair { double first, second; };
struct Pair swapped(struct Pair pair) { return {pair.second, pair.first}; }
int64_t many(int64_t a, int b, double c, int64_t d, int64_t e, int64_t f, int64_t g, int64_t h, int64_t i) {
    return a + b + (int64_t)c + d + e + f + g + h + i;
}
}
