/* What is bound. */
#include "binding.h"

int counter = 7;
