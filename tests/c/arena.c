/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "arena.h"

#include "pair.h"

#include <string.h>

/* Those who watch memory, if there are any, are told what may be touched. */
#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif

#if defined(WITH_ASAN)
#include <sanitizer/asan_interface.h>
#define FORBID(from, size) __asan_poison_memory_region((from), (size))
#define ALLOW(from, size) __asan_unpoison_memory_region((from), (size))
#define FORGET(from, size) ((void)0)
#elif defined(MOTE_HAS_MEMCHECK)
#include <valgrind/memcheck.h>
#define FORBID(from, size) ((void)VALGRIND_MAKE_MEM_NOACCESS((from), (size)))
#define ALLOW(from, size) ((void)VALGRIND_MAKE_MEM_DEFINED((from), (size)))
#define FORGET(from, size) ((void)VALGRIND_MAKE_MEM_UNDEFINED((from), (size)))
#else
#define FORBID(from, size) ((void)0)
#define ALLOW(from, size) ((void)0)
#define FORGET(from, size) ((void)0)
#endif

#define FENCE 64

/* Outside the blocks nothing may even be read, where there is somebody to watch it. */
static void forbid_gaps(const struct arena *arena, bool forbid)
{
  const uint8_t *octets = (const uint8_t *)arena->words;
  size_t at = 0;
  for (size_t block = 0; block <= arena->count; block++) {
    size_t stop = block < arena->count ? arena->blocks[block].start : ARENA_SIZE;
    if (forbid) {
      FORBID(octets + at, stop - at);
    } else {
      ALLOW(octets + at, stop - at);
    }
    at = block < arena->count ? stop + arena->blocks[block].size : at;
  }
}

void arena_release(struct arena *arena)
{
  ALLOW(arena->words, ARENA_SIZE);
}

void arena_forget(void *block, size_t size)
{
  (void)block;
  (void)size;
  FORGET(block, size);
}

void arena_init(struct arena *arena)
{
  arena_release(arena);
  memset(arena->words, CANARY, sizeof arena->words);
  arena->used = FENCE;
  arena->count = 0;
  forbid_gaps(arena, true);
}

void *arena_take(struct arena *arena, size_t size)
{
  size_t start = arena->used;
  forbid_gaps(arena, false);
  assert_true(arena->count < ARENA_BLOCKS && start + size + FENCE <= ARENA_SIZE);
  arena->blocks[arena->count].start = start;
  arena->blocks[arena->count].size = size;
  arena->count++;
  arena->used = (start + size + FENCE + 7) / 8 * 8;
  forbid_gaps(arena, true);
  return (uint8_t *)arena->words + start;
}

bool arena_is_whole(const struct arena *arena)
{
  const uint8_t *octets = (const uint8_t *)arena->words;
  size_t at = 0;
  forbid_gaps(arena, false);
  for (size_t block = 0; block <= arena->count; block++) {
    size_t stop = block < arena->count ? arena->blocks[block].start : ARENA_SIZE;
    for (; at < stop; at++) {
      if (octets[at] != CANARY) {
        print_error("octet %zu, near block %zu, was overwritten\n", at, block);
        return false;
      }
    }
    at = block < arena->count ? stop + arena->blocks[block].size : at;
  }
  forbid_gaps(arena, true);
  return true;
}

bool arena_holds(const struct arena *arena, const uint8_t *secret, size_t length)
{
  const uint8_t *octets = (const uint8_t *)arena->words;
  size_t window = length < 8 ? length : 8;
  bool found = false;
  /* A copy, since what was lent may never have been written. */
  static uint8_t copy[ARENA_SIZE];
  forbid_gaps(arena, false);
  memcpy(copy, octets, sizeof copy);
  forbid_gaps(arena, true);
  ALLOW(copy, sizeof copy);
  for (size_t at = 0; at + window <= ARENA_SIZE; at++) {
    for (size_t part = 0; part + window <= length; part++) {
      found |= copy[at] == secret[part] && memcmp(copy + at, secret + part, window) == 0;
    }
  }
  return found;
}

void assert_unchanged(const void *before, const mote_connection *connection)
{
  /* Copies, since padding is never written. */
  static uint8_t was[MOTE_CONNECTION_SIZE], is[MOTE_CONNECTION_SIZE];
  memcpy(was, before, sizeof was);
  memcpy(is, connection, sizeof is);
  ALLOW(was, sizeof was);
  ALLOW(is, sizeof is);
  assert_memory_equal(was, is, sizeof was);
}

void arena_define(void *memory, size_t size)
{
  (void)memory, (void)size;
  ALLOW(memory, size);
}

bool same_octets(const void *one, const void *other, size_t size)
{
  static uint8_t copies[2][ARENA_SIZE];
  memcpy(copies[0], one, size);
  memcpy(copies[1], other, size);
  ALLOW(copies, sizeof copies);
  return memcmp(copies[0], copies[1], size) == 0;
}
