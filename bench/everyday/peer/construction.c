/* What is given the values. */
#include "construction.h"

double sum(point p) { return p.x + p.y; }
