typedef struct { int x, y; } pair;

pair *first(void);
char *text(void);
