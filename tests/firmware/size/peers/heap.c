/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "heap.h"

#include <stddef.h>
#include <stdint.h>

#define POOL_SIZE (48 * 1024)

/* Blocks lie one after another and fill the pool; a free one is merged with the free ones behind it
 * when it is looked at. */
struct block {
  uint32_t size;  /* of the room behind this, in octets; a multiple of 8 */
  uint32_t taken; /* octets that were asked for, 0 when free */
};

static _Alignas(8) uint8_t pool[POOL_SIZE];
static uint32_t taken, peak;

static struct block *next(struct block *block)
{
  return (struct block *)((uint8_t *)(block + 1) + block->size);
}

static struct block *const end = (struct block *)(pool + POOL_SIZE);

void *malloc(size_t size)
{
  struct block *block = (struct block *)pool;
  uint32_t room = ((uint32_t)size + 7) & ~7u;
  if (size == 0)
    return NULL;
  if (block->size == 0)
    block->size = POOL_SIZE - sizeof *block;
  for (; block != end; block = next(block)) {
    if (block->taken != 0)
      continue;
    while (next(block) != end && next(block)->taken == 0)
      block->size += sizeof *block + next(block)->size;
    if (block->size < room)
      continue;
    if (block->size > room + sizeof *block) {
      uint32_t rest = block->size - room - sizeof *block;
      block->size = room;
      *next(block) = (struct block){rest, 0};
    }
    block->taken = (uint32_t)size;
    taken += (uint32_t)size;
    if (taken > peak)
      peak = taken;
    return block + 1;
  }
  return NULL;
}

void free(void *memory)
{
  if (memory == NULL)
    return;
  struct block *block = (struct block *)memory - 1;
  taken -= block->taken;
  block->taken = 0;
}

void *calloc(size_t count, size_t size)
{
  uint8_t *memory = malloc(count * size);
  for (size_t i = 0; memory != NULL && i < count * size; i++)
    memory[i] = 0;
  return memory;
}

void *realloc(void *memory, size_t size)
{
  uint8_t *to = malloc(size);
  const uint8_t *from = memory;
  if (from == NULL || to == NULL)
    return to;
  uint32_t length = ((const struct block *)memory - 1)->taken;
  for (size_t i = 0; i < length && i < size; i++)
    to[i] = from[i];
  free(memory);
  return to;
}

uint32_t heap_taken(void)
{
  return taken;
}

uint32_t heap_peak(void)
{
  return peak;
}
