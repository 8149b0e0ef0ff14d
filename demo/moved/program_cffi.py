"""The same program of cffi's, in ABI mode."""

from cffi import FFI

ffi = FFI()
ffi.cdef("""
    struct tm {
        int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst;
        long tm_gmtoff;
        const char *tm_zone;
    };
    struct tm *gmtime_r(const long *seconds, struct tm *moment);
    size_t strftime(char *text, size_t room, const char *format, const struct tm *moment);
    unsigned long crc32(unsigned long before, const char *text, unsigned int length);
""")
libc, libz = ffi.dlopen("libc.so.6"), ffi.dlopen("libz.so.1")
gmtime_r, strftime, crc32 = libc.gmtime_r, libc.strftime, libz.crc32

seconds, moment, text, hours = ffi.new("long *"), ffi.new("struct tm *"), ffi.new("char[]", 32), ffi.new("int[]", 24)
checksum = 0
for number in range(300_000):
    seconds[0] = 3607 * number
    gmtime_r(seconds, moment)
    length = strftime(text, 32, b"%Y-%m-%d %H:%M:%S", moment)
    checksum = crc32(checksum, text, length)
    hours[moment.tm_hour] += 1
print(f"{checksum:08x}", ffi.string(text).decode(), hours[0], hours[23])
