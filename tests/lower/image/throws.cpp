// throws FILE: exceptions go through an image's routines, and registers are what they were.
#include <cstdio>
#include <dlfcn.h>

#include "thrown.h"

int main(int count, char **arguments) {
    void *library = count == 2 ? dlopen(arguments[1], RTLD_NOW) : nullptr;
    if (!library) {
        std::puts(dlerror());
        return 1;
    }
    std::printf("%ld\n", caught_through(reinterpret_cast<Through>(dlsym(library, "through"))));
    return 0;
}
