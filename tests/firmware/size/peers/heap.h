/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* malloc, calloc, realloc and free of the C library, in a pool that counts. It belongs to the glue:
 * a peer is charged with what it takes from the heap, not with the heap. */
#ifndef HEAP_H
#define HEAP_H

#include <stdint.h>

/* Octets that are taken now, and at most so far: as they were asked for. */
uint32_t heap_taken(void);
uint32_t heap_peak(void);

#endif
