#include <stddef.h>
#include <stdint.h>

typedef enum { red, green } colour;

int truth(_Bool b);
int same(int x);
int64_t wide(int64_t x);
int shade(colour c);
int byte(const void *data);
int halve(int x, int *rest);
void halves(int x, int *high, int *low);
