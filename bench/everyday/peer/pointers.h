#include <stdint.h>

typedef struct { int64_t seconds, nanoseconds; } stamp;

int64_t seconds(const stamp *s);
int first(const int *items);
int is_null(void *p);
int has_code(int (*f)(int));
int twice(int x);
