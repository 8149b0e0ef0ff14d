"""A program of ctypes: 300 000 moments as text, with a checksum over all, and how many are in each hour of the day."""

import ctypes


class tm(ctypes.Structure):
    _fields_ = [
        *(
            (name, ctypes.c_int)
            for name in [
                "tm_sec",
                "tm_min",
                "tm_hour",
                "tm_mday",
                "tm_mon",
                "tm_year",
                "tm_wday",
                "tm_yday",
                "tm_isdst",
            ]
        ),
        ("tm_gmtoff", ctypes.c_long),
        ("tm_zone", ctypes.c_char_p),
    ]


libc, libz = ctypes.CDLL("libc.so.6"), ctypes.CDLL("libz.so.1")
gmtime_r, strftime, crc32 = libc.gmtime_r, libc.strftime, libz.crc32
gmtime_r.argtypes, gmtime_r.restype = [ctypes.POINTER(ctypes.c_long), ctypes.POINTER(tm)], ctypes.c_void_p
strftime.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.POINTER(tm)]
strftime.restype = ctypes.c_size_t
crc32.argtypes, crc32.restype = [ctypes.c_ulong, ctypes.c_char_p, ctypes.c_uint], ctypes.c_ulong

seconds, moment, text, hours = ctypes.c_long(), tm(), ctypes.create_string_buffer(32), (ctypes.c_int * 24)()
checksum = 0
for number in range(300_000):
    seconds.value = 3607 * number
    gmtime_r(ctypes.byref(seconds), ctypes.byref(moment))
    length = strftime(text, 32, b"%Y-%m-%d %H:%M:%S", ctypes.byref(moment))
    checksum = crc32(checksum, text, length)
    hours[moment.tm_hour] += 1
print(f"{checksum:08x}", text.value.decode(), hours[0], hours[23])
