extern int counter;
int increase(int by);
