// loads FILE: what an image's parts do once the dynamic linker has loaded it, a line for each.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *library;

static void *found(const char *name) {
    void *symbol = dlsym(library, name);
    if (!symbol) {
        puts(dlerror());
        exit(1);
    }
    return symbol;
}

// The protection of the page that an address lies in, as /proc/self/maps has it.
static const char *protection(void *address) {
    static char kinds[8];
    char line[512];
    unsigned long start, end, wanted = (unsigned long)address;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (fgets(line, sizeof line, maps))
        if (sscanf(line, "%lx-%lx %4s", &start, &end, kinds) == 3 && start <= wanted && wanted < end)
            break;
    fclose(maps);
    return kinds;
}

static long twice(long x) {
    return 2 * x;
}

int main(int count, char **arguments) {
    library = count == 2 ? dlopen(arguments[1], RTLD_NOW) : 0;
    if (!library) {
        puts(dlerror());
        return 1;
    }
    long (*counts)(long) = (long (*)(long))found("counts");
    long (*through)(long (*)(long), long) = (long (*)(long (*)(long), long))found("through");
    char *text = (char *)found("text");
    void **table = (void **)found("table");
    long first = counts(-5);
    printf("%ld %ld %ld\n", first, counts(7), through(twice, 21));
    printf("%s %d %d %ld\n", text, table[0] == (void *)counts, table[1] == (void *)text, (long)table[2]);
    printf("%d %d\n", table[3] == dlsym(RTLD_DEFAULT, "labs"), table[4] == 0);
    void *places[] = {(void *)counts, text, table, found("counter")};
    for (int i = 0; i < 4; i++)
        printf("%s%s", protection(places[i]), i < 3 ? " " : "\n");
    return 0;
}
