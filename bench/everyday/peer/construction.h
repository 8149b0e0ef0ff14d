/* Structs and arrays of every kind of member, for who makes and fills them. */
#include <stdint.h>

typedef struct point { double x, y; } point;
typedef struct line { point from, to; int32_t kind; } line;
typedef struct node { int32_t value; struct node *next; } node;
typedef struct record {
    line nested; point points[3]; int32_t numbers[4]; char text[16]; const char *name; void *data; node *next;
    int (*call)(int);
} record;
int twice(int x);
