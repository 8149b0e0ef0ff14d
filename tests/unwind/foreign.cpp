// C++ around assembled routines that have the frames of generated code: what is thrown below is caught above.
//
//     foreign FRAMES ADDRESS:FILE... -- ENTRY...
//
// FRAMES is a file with an .eh_frame section, which libgcc is told of, or "-". Each FILE is mapped at its ADDRESS, the
// first one to be executed. ENTRY is the address of an `int (*)(int (*thrower)(int), int x)`, which calls the thrower.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unwind.h>

extern "C" void __register_frame(void *);
extern "C" void __deregister_frame(void *);

typedef int (*Thrower)(int);
typedef int (*Entry)(Thrower, int);

static int throws_unless_0(int x) {
    if (x) throw std::runtime_error("x is " + std::to_string(x));
    return 11;
}

static int catches(Entry entry, int x) {
    try {
        return entry(throws_unless_0, x);
    } catch (const std::runtime_error &error) {
        return error.what()[5];
    }
}

// What lies in callee-saved registers across the call must be there again in the handler.
__attribute__((noinline)) static bool keeps(Entry entry, int x) {
    int a = x + 1, b = x * 3, c = x ^ 0x55, d = x - 7, e = x << 2, g = x | 0x100;
    asm volatile("" : "+r"(a), "+r"(b), "+r"(c));
    asm volatile("" : "+r"(d), "+r"(e), "+r"(g));
    try {
        entry(throws_unless_0, x);
    } catch (const std::runtime_error &) {
        return a == x + 1 && b == x * 3 && c == (x ^ 0x55) && d == x - 7 && e == x << 2 && g == (x | 0x100);
    }
    return false;
}

static int frames, walker_at, main_at;
extern "C" int main(int, char **);
static int walker(int);

static _Unwind_Reason_Code visit(_Unwind_Context *context, void *) {
    void *function = _Unwind_FindEnclosingFunction((void *)(_Unwind_GetIP(context) - 1));
    ++frames;
    if (function == (void *)walker) walker_at = frames;
    if (function == (void *)main) main_at = frames;
    return frames < 50 ? _URC_NO_REASON : _URC_END_OF_STACK;
}

__attribute__((noinline)) static int walker(int) {
    frames = walker_at = main_at = 0;
    _Unwind_Backtrace(visit, nullptr);
    return main_at - walker_at;
}

static void *mapped(const char *path, uintptr_t address, int protection) {
    int file = open(path, O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status)) exit(3);
    int flags = MAP_PRIVATE | (address ? MAP_FIXED_NOREPLACE : 0);
    void *found = mmap((void *)address, status.st_size, protection, flags, file, 0);
    if (found == MAP_FAILED || (address && (uintptr_t)found != address)) exit(4);
    return found;
}

int main(int count, char **arguments) {
    int at = 2, protection = PROT_READ | PROT_EXEC;
    for (; strcmp(arguments[at], "--"); ++at, protection = PROT_READ) {
        char *path;
        uintptr_t address = strtoull(arguments[at], &path, 0);
        mapped(path + 1, address, protection);
    }
    bool told = strcmp(arguments[1], "-");
    void *section = told ? mapped(arguments[1], 0, PROT_READ) : nullptr;
    if (told) __register_frame(section);
    for (++at; at < count; ++at) {
        Entry entry = (Entry)(uintptr_t)strtoull(arguments[at], nullptr, 0);
        printf("%d", catches(entry, 0));
        fflush(stdout);
        printf(" %c %d %d\n", catches(entry, 1), keeps(entry, 7), entry(walker, 0));
    }
    if (told) __deregister_frame(section);
    return 0;
}
