/* C that uses libffi's interface, whoever provides it: what is called, the handlers, and the loops that are timed.
   Addresses come from outside, so that no header and no library is needed here. */
#include <stdint.h>
#include <time.h>

typedef struct { double x, y; } pair;

double product(double a, double b) { return a * b; }

int64_t eight(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int64_t g, int64_t h) {
    return a + b + c + d + e + f + g + h;
}

pair swapped(pair p) { return (pair){p.y, p.x}; }

double twelve(int32_t a, double b, float c, int64_t d, int16_t e, void *f, double g, uint8_t h, float i, int64_t j,
              double k, int32_t l) {
    return a + b + c + d + e + (f != 0) + g + h + i + j + k + l;
}

/* libffi's handlers of closures that do the same. */

typedef void handler(void *cif, void *result, void **arguments, void *user_data);

#define ARGUMENT(type, number) (*(type *)arguments[number])

void handle_product(void *cif, void *result, void **arguments, void *user_data) {
    *(double *)result = ARGUMENT(double, 0) * ARGUMENT(double, 1);
}

void handle_eight(void *cif, void *result, void **arguments, void *user_data) {
    int64_t sum = 0;
    for (int i = 0; i < 8; i++) sum += ARGUMENT(int64_t, i);
    *(int64_t *)result = sum;
}

void handle_swapped(void *cif, void *result, void **arguments, void *user_data) {
    pair p = ARGUMENT(pair, 0);
    *(pair *)result = (pair){p.y, p.x};
}

void handle_twelve(void *cif, void *result, void **arguments, void *user_data) {
    *(double *)result = ARGUMENT(int32_t, 0) + ARGUMENT(double, 1) + ARGUMENT(float, 2) + ARGUMENT(int64_t, 3) +
                        ARGUMENT(int16_t, 4) + (ARGUMENT(void *, 5) != 0) + ARGUMENT(double, 6) +
                        ARGUMENT(uint8_t, 7) + ARGUMENT(float, 8) + ARGUMENT(int64_t, 9) + ARGUMENT(double, 10) +
                        ARGUMENT(int32_t, 11);
}

/* The loops. Each gives the nanoseconds that its turns took, its own share included. */

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

typedef void call_fn(void *cif_or_plan, void *fn, void *result, void **arguments);

double time_calls(call_fn *call, void *cif_or_plan, void *fn, void *result, void **arguments, long turns) {
    double start = now();
    for (long i = 0; i < turns; i++) call(cif_or_plan, fn, result, arguments);
    return now() - start;
}

typedef int prepare_fn(void *cif, int abi, unsigned count, void *result, void **arguments);

double time_preparing(prepare_fn *prepare, void *cif, int abi, unsigned count, void *result, void **arguments,
                      long turns) {
    double start = now();
    for (long i = 0; i < turns; i++)
        if (prepare(cif, abi, count, result, arguments)) return -1;
    return now() - start;
}

/* What a pointer of each signature gives; into `sum`, so that no call can be left out. */
double sum;

double time_product(double (*f)(double, double), long turns) {
    double start = now(), total = 0;
    for (long i = 0; i < turns; i++) total += f(1.5, i);
    sum = total;
    return now() - start;
}

double time_eight(int64_t (*f)(int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t), long turns) {
    double start = now(), total = 0;
    for (long i = 0; i < turns; i++) total += f(i, 2, 3, 4, 5, 6, 7, 8);
    sum = total;
    return now() - start;
}

double time_swapped(pair (*f)(pair), long turns) {
    double start = now(), total = 0;
    for (long i = 0; i < turns; i++) total += f((pair){i, 2.5}).x;
    sum = total;
    return now() - start;
}

double time_twelve(double (*f)(int32_t, double, float, int64_t, int16_t, void *, double, uint8_t, float, int64_t,
                               double, int32_t), long turns) {
    double start = now(), total = 0;
    for (long i = 0; i < turns; i++) total += f(i, 2.5, 0.5f, 4, -5, &sum, 7, 200, 9, 10, 11.5, -12);
    sum = total;
    return now() - start;
}
