int apply(int (*f)(int), int x);
int negated(int x);
int given(int (*f)(int));
long on_a_thread(int (*f)(int), int times);
void sort(int *items, unsigned long count, unsigned long size, int (*compare)(const int *, const int *));
long sum_of_two(int count, int x, int y);
long sum(int count, ...);
enum shade { LIGHT = 1, DARK = 2 };
enum shade shade_of(int number);
