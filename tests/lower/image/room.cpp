// room ROOM CODE: exceptions go through the routine at the start of CODE, mapped to where a library has room; "-" for none.
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "thrown.h"

int main(int count, char **arguments) {
    if (count != 3)
        return 2;
    void *place = nullptr;
    if (std::strcmp(arguments[1], "-")) {
        void *library = dlopen(arguments[1], RTLD_NOW);
        if (!library) {
            std::puts(dlerror());
            return 1;
        }
        const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
        place = reinterpret_cast<void *>((reinterpret_cast<uintptr_t>(dlsym(library, "room")) + page - 1) & -page);
    }
    int file = open(arguments[2], O_RDONLY);
    void *code = mmap(place, 1, PROT_READ | PROT_EXEC, MAP_SHARED | (place ? MAP_FIXED : 0), file, 0);
    if (code == MAP_FAILED || (place && code != place))
        return 1;
    std::printf("%ld\n", caught_through(reinterpret_cast<Through>(code)));
    return 0;
}
