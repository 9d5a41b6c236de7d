// zlib as the system has it; the two starts of a stream are macros, which Swift can't call.

#ifndef ATOLL_ZLIB_FUNCTIONS_H
#define ATOLL_ZLIB_FUNCTIONS_H

#include <zlib.h>

static inline int atoll_deflate_start(z_streamp stream, int level) { return deflateInit(stream, level); }

static inline int atoll_inflate_start(z_streamp stream) { return inflateInit(stream); }

#endif
