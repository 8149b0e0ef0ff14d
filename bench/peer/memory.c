/* Memory that all peers walk: a linked list made by C; and a call with a struct in and out. */
#include "memory.h"

#include <stdlib.h>

node *make_list(int32_t count) {
    node *first = NULL;
    while (count > 0) {
        node *made = malloc(sizeof(node));
        made->value = --count;
        made->next = first;
        first = made;
    }
    return first;
}

void free_list(node *first) {
    while (first) {
        node *next = first->next;
        free(first);
        first = next;
    }
}

point swap(point p) { return (point){p.y, p.x}; }
