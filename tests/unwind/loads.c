// loads FILE FUNCTION VARIABLE: what the library's function returns, and the variable's text.
#include <dlfcn.h>
#include <stdio.h>

int main(int count, char **arguments) {
    void *library = count == 4 ? dlopen(arguments[1], RTLD_NOW) : 0;
    if (!library) {
        puts(dlerror());
        return 1;
    }
    int (*function)(void) = (int (*)(void))dlsym(library, arguments[2]);
    char *variable = (char *)dlsym(library, arguments[3]);
    printf("%d %s\n", function(), variable);
    variable[0] = '!';
    return 0;
}
