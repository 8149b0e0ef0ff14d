/* What the rows of wide numbers call. Functions of __int128 are in no header: cffi does not know the type. */
#include "wide.h"

double _Complex turned(double _Complex z) { return -z; }
float _Complex turned_f(float _Complex z) { return -z; }
int is_large(long double x) { return x > 1e6L; }
int is_wide(__int128 x) { return (x >> 64) != 0; }
__int128 shifted(__int128 x) { return x + 1; }
