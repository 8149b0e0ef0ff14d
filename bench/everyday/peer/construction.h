typedef struct { double x, y; } point;

double sum(point p);
