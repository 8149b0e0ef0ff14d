/* What is in no library. */
#include <stdint.h>

static inline int thrice(int x) {
    return 3 * x;
}

#define LARGER(a, b) ((a) > (b) ? (a) : (b))
