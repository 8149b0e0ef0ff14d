// Exceptions through a routine `long through(long (*f)(long), long x)`, which calls f(x).
using Through = long (*)(long (*)(long), long);

static long thrower(long x) {
    throw x;
}

// 60 where each exception comes back whole, and registers are what they were.
static long caught_through(Through through) {
    long sum = 0;
    for (long x = 1; x <= 3; x++)
        try {
            sum += through(thrower, x) + 1000;
        } catch (long caught) {
            sum += caught * 10;
        }
    return sum;
}
