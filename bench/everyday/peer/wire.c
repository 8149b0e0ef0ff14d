#include "wire.h"

static int twice(int x) {
    return 2 * x;
}

table functions = {twice};
