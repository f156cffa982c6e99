// The allocator of the JavaScript heap. What QuickJS asks for is mostly small and short-lived: blocks of one
// size share a chunk, and the chunk tells the size, so that neither headers nor searches cost anything. Dense
// chunks also mean fewer pages that a forked command has to copy. Large blocks are the C library's.
#include "engine.h"
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#ifdef __SANITIZE_ADDRESS__
// The sanitizer finds misuse only of the C library's blocks
const JSMallocFunctions *heap_functions(void) { return NULL; }
void heap_settle(void) {}
#else

enum {
  chunk_shift = 14,
  chunk_size = 1 << chunk_shift,
  largest = 2048,
  class_count = 16 + 8 + 8 + 8 + 8, // steps of 8 to 128, of 16 to 256, of 32 to 512, of 64 to 1024, of 128 to 2048
};

#define ARENA ((size_t)64 << 20)

struct block {
  struct block *next;
};

static struct class {
  struct block *free;
  char *fresh, *end; // of the chunk that is being handed out for the first time
  unsigned size;
} classes[class_count];

static uint8_t class_of_size[largest / 8 + 1];
static uint8_t class_of_chunk[ARENA >> chunk_shift];
static char *arena, *arena_top; // addresses only: memory comes with use

static void *refill(struct class *class) {
  if (arena_top == arena + ARENA)
    return NULL;
  char *chunk = arena_top;
  arena_top += chunk_size;
  class_of_chunk[(size_t)(chunk - arena) >> chunk_shift] = (uint8_t)(class - classes);
  class->fresh = chunk + class->size;
  class->end = chunk + chunk_size / class->size * class->size;
  return chunk;
}

static inline bool is_ours(const void *block) { return (size_t)((const char *)block - arena) < ARENA; }

static inline struct class *class_of(const void *block) {
  return &classes[class_of_chunk[(size_t)((const char *)block - arena) >> chunk_shift]];
}

static size_t usable_size(const void *block) {
  return !block ? 0 : is_ours(block) ? class_of(block)->size : malloc_usable_size((void *)(uintptr_t)block);
}

static void *large(JSMallocState *state, size_t size) {
  void *block = malloc(size);
  if (block) {
    state->malloc_count++;
    state->malloc_size += malloc_usable_size(block);
  }
  return block;
}

static void *heap_malloc(JSMallocState *state, size_t size) {
  if (size > largest || !size)
    return large(state, size ? size : 1);
  struct class *class = &classes[class_of_size[(size + 7) / 8]];
  void *block = class->free;
  if (block)
    class->free = class->free->next;
  else if (class->fresh < class->end) {
    block = class->fresh;
    class->fresh += class->size;
  } else if (!(block = refill(class))) {
    return large(state, size);
  }
  state->malloc_count++;
  state->malloc_size += class->size;
  return block;
}

static void heap_free(JSMallocState *state, void *pointer) {
  if (!pointer)
    return;
  state->malloc_count--;
  if (is_ours(pointer)) {
    struct class *class = class_of(pointer);
    struct block *block = pointer;
    block->next = class->free;
    class->free = block;
    state->malloc_size -= class->size;
  } else {
    state->malloc_size -= malloc_usable_size(pointer);
    free(pointer);
  }
}

static void *heap_realloc(JSMallocState *state, void *pointer, size_t size) {
  if (!pointer)
    return size ? heap_malloc(state, size) : NULL;
  if (!size) {
    heap_free(state, pointer);
    return NULL;
  }
  if (!is_ours(pointer) && size > largest) {
    size_t before = malloc_usable_size(pointer);
    void *moved = realloc(pointer, size);
    if (moved)
      state->malloc_size += malloc_usable_size(moved) - before;
    return moved;
  }
  size_t room = usable_size(pointer);
  // The same class, and not so much smaller that it would waste
  if (is_ours(pointer) && size <= room && size > room / 2)
    return pointer;
  void *moved = heap_malloc(state, size);
  if (!moved)
    return NULL;
  memcpy(moved, pointer, size < room ? size : room);
  heap_free(state, pointer);
  return moved;
}

const JSMallocFunctions *heap_functions(void) {
  static const JSMallocFunctions functions = {heap_malloc, heap_free, heap_realloc, usable_size};
  unsigned size = 0, index = 0;
  for (size_t step = 8, until = 128; until <= largest; step *= 2, until *= 2)
    while (size < until) {
      unsigned from = size / 8 + 1;
      size += step;
      classes[index].size = size;
      for (unsigned i = from; i <= size / 8; i++)
        class_of_size[i] = (uint8_t)index;
      index++;
    }
  // Not reserved: the kernel would refuse more than the machine has
  arena = mmap(NULL, ARENA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (arena == MAP_FAILED)
    return NULL;
  arena_top = arena;
  return &functions;
}

void heap_settle(void) {
  for (int i = 0; i < class_count; i++) {
    classes[i].free = NULL;
    classes[i].fresh = classes[i].end = NULL;
  }
}
#endif
