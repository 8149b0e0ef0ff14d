/* What is called: as little work as a function can do, in a library of its own, so that all peers reach it
   through a pointer. */
#include "target.h"

static volatile int touched;

void nothing(void) { touched = 1; }

double half(double x) { return x * 0.5; }

double scale(double x, double y) { return x * y; }

int add(int a, int b) { return a + b; }

int64_t eight(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int64_t g, int64_t h) {
    return a + b + c + d + e + f + g + h;
}

size_t length(const char *s) {
    const char *end = s;
    while (*end) end++;
    return (size_t)(end - s);
}

double total(const double *values, size_t count) {
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) sum += values[i];
    return sum;
}

point swap(point p) { return (point){p.y, p.x}; }

double mixed(int a, double b, const char *c, int64_t d, float e, unsigned char f) {
    return a + b + c[0] + (double)d + e + f;
}
