/* What calls back; and a call whose arguments or result are of the less usual kinds. */
#include "closures.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>

int apply(int (*f)(int), int x) { return f(x); }

int negated(int x) { return -x; }

int given(int (*f)(int)) { return f != 0; }

struct work { int (*f)(int); int times; long sum; };

static void *body(void *p)
{
    struct work *work = p;
    for (int i = 0; i < work->times; i++)
        work->sum += work->f(i);
    return 0;
}

long on_a_thread(int (*f)(int), int times)
{
    struct work work = { f, times, 0 };
    pthread_t thread;
    if (pthread_create(&thread, 0, body, &work))
        abort();
    pthread_join(thread, 0);
    return work.sum;
}

void sort(int *items, unsigned long count, unsigned long size, int (*compare)(const int *, const int *))
{
    qsort(items, count, size, (int (*)(const void *, const void *))compare);
}

long sum(int count, ...)
{
    va_list list;
    long total = 0;
    va_start(list, count);
    while (count--)
        total += va_arg(list, int);
    va_end(list);
    return total;
}

/* The same, declared without dots: what C itself spends on finding its arguments, some 3 ns, is in both rows. */
extern long sum_inside(int count, ...) __attribute__((alias("sum"), visibility("hidden")));

long sum_of_two(int count, int x, int y) { return sum_inside(count, x, y); }

enum shade shade_of(int number) { return number; }
