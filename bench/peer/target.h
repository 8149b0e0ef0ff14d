#include <stddef.h>
#include <stdint.h>

typedef struct { double x, y; } point;

void nothing(void);
double half(double x);
double scale(double x, double y);
int add(int a, int b);
int64_t eight(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int64_t g, int64_t h);
size_t length(const char *s);
double total(const double *values, size_t count);
point swap(point p);
double mixed(int a, double b, const char *c, int64_t d, float e, unsigned char f);
