#include <stdint.h>

typedef struct { double x, y; } point;
typedef struct { point from, to; int32_t kind; } line;
typedef struct node { int32_t value; struct node *next; } node;

node *make_list(int32_t count);
void free_list(node *first);
point swap(point p);
