/* A program for Windows that, under wine, runs a program of the host and ends as that does. It is named for what it runs:
   gcc.exe runs PROGRAM (a macro: x86_64-w64-mingw32-gcc), by a shell, because wine gives no handle to wait for. Arguments that
   are paths of Windows become the host's; what is read and
   printed goes through files. */
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

typedef char *CDECL Unix(const wchar_t *);
static Unix *unix_name;

static void quoted(FILE *to, const wchar_t *word)
{
    char text[8192];
    if (iswalpha(word[0]) && word[1] == ':' && unix_name && unix_name(word)) {
        strcpy(text, unix_name(word));
    } else {
        WideCharToMultiByte(CP_UTF8, 0, word, -1, text, sizeof text, 0, 0);
    }
    putc('\'', to);
    for (char *c = text; *c; c++)
        if (*c == '\'') fputs("'\\''", to);
        else putc(*c, to);
    fputs("' ", to);
}

static void copied(const wchar_t *from, FILE *to)
{
    FILE *file = _wfopen(from, L"rb");
    int c;
    while (file && (c = getc(file)) != EOF) putc(c, to);
    if (file) fclose(file);
    _wremove(from);
}

int wmain(int argc, wchar_t **argv)
{
    wchar_t folder[MAX_PATH], base[MAX_PATH], script[MAX_PATH], in[MAX_PATH], out[MAX_PATH], err[MAX_PATH], end[MAX_PATH], line[2048];
    int status = 127;
    unix_name = (Unix *)GetProcAddress(GetModuleHandle(L"kernel32"), "wine_get_unix_file_name");
    if (!unix_name) return fputs("this runs under wine only\n", stderr), 127;
    GetTempPath(MAX_PATH, folder);
    GetTempFileName(folder, L"run", 0, base);
    swprintf(script, MAX_PATH, L"%ls.sh", base), swprintf(out, MAX_PATH, L"%ls.out", base);
    swprintf(err, MAX_PATH, L"%ls.err", base), swprintf(end, MAX_PATH, L"%ls.end", base);
    swprintf(in, MAX_PATH, L"%ls.in", base);
    FILE *given = _wfopen(in, L"wb");
    _setmode(_fileno(stdin), _O_BINARY);
    for (int c; (c = getchar()) != EOF;) putc(c, given);
    fclose(given);
    fclose(_wfopen(out, L"wb")), fclose(_wfopen(err, L"wb"));
    FILE *file = _wfopen(script, L"wb");
    fputs("cd ", file);
    GetCurrentDirectory(MAX_PATH, line), quoted(file, line);
    fputs("\n" PROGRAM " ", file);
    for (int i = 1; i < argc; i++) quoted(file, argv[i]);
    fputs("<", file), quoted(file, in), fputs(">", file), quoted(file, out), fputs("2>", file), quoted(file, err);
    fputs("\necho $? >", file), fprintf(file, "'%s.new'\nmv '%s.new' ", unix_name(base), unix_name(base)), quoted(file, end);
    fputs("\n", file), fclose(file);
    swprintf(line, 2048, L"/bin/sh %hs", unix_name(script));
    STARTUPINFO start = {sizeof start};
    PROCESS_INFORMATION process;
    if (!CreateProcess(L"Z:\\bin\\sh", line, 0, 0, FALSE, 0, 0, 0, &start, &process) && GetLastError())
        return fprintf(stderr, "no shell: %lu\n", GetLastError()), 127;
    while (!(file = _wfopen(end, L"rb"))) Sleep(5);
    fscanf(file, "%d", &status), fclose(file);
    copied(out, stdout), copied(err, stderr);
    _wremove(end), _wremove(in), _wremove(script), _wremove(base);
    return status;
}
