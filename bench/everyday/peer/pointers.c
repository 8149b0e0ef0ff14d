/* What the rows of arguments that stand for pointers call. */
#include <stddef.h>
#include "pointers.h"

int64_t seconds(const stamp *s) { return s->seconds; }
int first(const int *items) { return items[0]; }
int is_null(void *p) { return p == NULL; }
int has_code(int (*f)(int)) { return f != NULL; }
int twice(int x) { return 2 * x; }
