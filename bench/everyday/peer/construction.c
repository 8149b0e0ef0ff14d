/* There is no more to do with them here than to be there. */
#include "construction.h"

int twice(int x) { return 2 * x; }
