/* What Linux' C library has as a function and Windows' only as a macro; beside it, in the same library, stand the names of the
   Universal C Runtime. */
#include <stdarg.h>
#include <stddef.h>

/* The format is as C99 has it, and so is the count. */
enum { STANDARD_SNPRINTF = 2 };

__declspec(dllimport) int __stdio_common_vsprintf(unsigned long long, char *, size_t, const char *, void *, va_list);
__declspec(dllimport) int __stdio_common_vfprintf(unsigned long long, void *, const char *, void *, va_list);
__declspec(dllimport) void *__acrt_iob_func(unsigned);

int snprintf(char *to, size_t size, const char *format, ...)
{
    va_list given;
    va_start(given, format);
    int count = __stdio_common_vsprintf(STANDARD_SNPRINTF, to, size, format, 0, given);
    va_end(given);
    return count;
}

int printf(const char *format, ...)
{
    va_list given;
    va_start(given, format);
    int count = __stdio_common_vfprintf(0, __acrt_iob_func(1), format, 0, given);
    va_end(given);
    return count;
}

/* As on Linux a function that is given what it cannot take says so, and does not end the process. */
static void passed_by(const wchar_t *expression, const wchar_t *function, const wchar_t *file, unsigned line, size_t reserved)
{
}

__declspec(dllimport) void *_set_invalid_parameter_handler(void *);

__stdcall int entered(void *module, unsigned reason, void *reserved)
{
    if (reason == 1) _set_invalid_parameter_handler(passed_by);
    return 1;
}
