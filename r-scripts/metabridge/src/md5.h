#ifndef METABRIDGE_MD5_H
#define METABRIDGE_MD5_H

#include <stddef.h>

/* MD5 (RFC 1321) of `length` bytes as 32 hexadecimal digits and a zero byte. */
void md5_hex(const unsigned char *data, size_t length, char out[33]);

#endif
