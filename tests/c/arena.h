/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory for the library to work in, and what becomes of it. */
#ifndef ARENA_H
#define ARENA_H

#include <motedtls.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Memory out of which an end takes all its blocks. Between them and around them lies CANARY, so
 * that a write outside shows, and the whole can be searched for secrets. */
#define CANARY 0xC5
#define ARENA_SIZE 12288
#define ARENA_BLOCKS 12
struct arena {
  uint64_t words[ARENA_SIZE / 8];
  size_t used;
  struct {
    size_t start, size;
  } blocks[ARENA_BLOCKS];
  size_t count;
};

void arena_init(struct arena *arena);
/* The arena can be filled anew. */
void arena_release(struct arena *arena);
/* The block is as if nothing had ever been written to it. */
void arena_forget(void *block, size_t size);
/* A block of exactly `size` octets at a multiple of MOTE_ALIGNMENT. */
void *arena_take(struct arena *arena, size_t size);
/* To valgrind these octets are written from now on. */
void arena_define(void *memory, size_t size);
/* Whether two handles are alike, padding and all, which may never have been written. */
bool same_octets(const void *one, const void *other, size_t size);
/* Whether everything outside the blocks is as it was. */
bool arena_is_whole(const struct arena *arena);
/* Whether any eight octets of the secret (or all, if it has fewer) lie anywhere in the arena. */
bool arena_holds(const struct arena *arena, const uint8_t *secret, size_t length);

/* Fails the test unless a connection's memory is as it was, padding and all. */
void assert_unchanged(const void *before, const mote_connection *connection);

#endif
