/* Memory of C's that the helpers look at. */
#include "helpers.h"

pair *first(void) { static pair it = {1, 2}; return &it; }
char *text(void) { static char it[16] = "hello"; return it; }
