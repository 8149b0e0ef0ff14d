int apply(int (*f)(int), int x);
