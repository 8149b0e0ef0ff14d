/* A table of functions, and what a program reads of the wire. */
#include <stdint.h>

typedef struct { int (*twice)(int x); } table;

extern table functions;
