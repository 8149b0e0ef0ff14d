// throws FILE: exceptions go through an image's routines, and registers are what they were.
#include <cstdio>
#include <dlfcn.h>

static long thrower(long x) {
    throw x;
}

int main(int count, char **arguments) {
    void *library = count == 2 ? dlopen(arguments[1], RTLD_NOW) : nullptr;
    if (!library) {
        std::puts(dlerror());
        return 1;
    }
    auto through = reinterpret_cast<long (*)(long (*)(long), long)>(dlsym(library, "through"));
    long sum = 0;
    for (long x = 1; x <= 3; x++)
        try {
            sum += through(thrower, x) + 1000;
        } catch (long caught) {
            sum += caught * 10;
        }
    std::printf("%ld\n", sum);
    return 0;
}
