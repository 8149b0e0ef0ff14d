/* What calls back. */
#include "closures.h"

int apply(int (*f)(int), int x) { return f(x); }
