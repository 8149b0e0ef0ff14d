/* Part of each program for Windows, where one process runs many: exit and abort (gcc's --wrap) lead back to whoever called. */
int main(void);

static void *called[5];
static int status;

__declspec(dllexport) int run_program(void)
{
    if (__builtin_setjmp(called)) return status;
    return main();
}

void __wrap_exit(int given)
{
    status = given;
    __builtin_longjmp(called, 1);
}

void __wrap_abort(void)
{
    __wrap_exit(134);
}
