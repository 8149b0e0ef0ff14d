#include <stdint.h>

double _Complex turned(double _Complex z);
float _Complex turned_f(float _Complex z);
int is_large(long double x);
