/* What the rows of arguments call. */
#include "arguments.h"

int truth(_Bool b) { return b; }
int same(int x) { return x; }
int64_t wide(int64_t x) { return x; }
int shade(colour c) { return (int)c; }
int byte(const void *data) { return *(const unsigned char *)data; }
int halve(int x, int *rest) { *rest = x % 2; return x / 2; }
void halves(int x, int *high, int *low) { *high = x / 2; *low = x % 2; }
