// malloc for the module: two-level segregated fit (Masmano et al., "TLSF", ECRTS 2004) over linear memory. The C
// library's allocator rounds every size up to a power of two and never joins freed blocks: a font cache in it holds up
// to twice the fonts' bytes. Here a block is at most 31 bytes and a header larger than asked for, neighbours are
// joined when freed, and finding a block takes the same few steps whatever the heap looks like. One thread only.
#include <errno.h>
#include <stddef.h>
#include <stdint.h>

// A block: 8 bytes of header, then its payload at an address divisible by 16. All sizes are multiples of 16, header
// included. Blocks of a region lie one after the other; a header of size 0, in use, ends the region.
typedef struct block {
  uint32_t before; // size of the block before this one in memory, 0 for the first of a region
  uint32_t size;   // bytes; bit 0 set while free
  struct block *next, *previous; // in the payload, only while free
} block;

enum { UNIT = 16, HEADER = 8, FREE = 1, SUBLISTS = 32, SUBLIST_BITS = 5, LEVELS = 25 };
enum { WASM_PAGE = 65536, GROW_BYTES = 1 << 20, SPLIT_BYTES = 32, SCAN_BLOCKS = 16 };
#define MAX_REQUEST 0xf0000000u // leaves room to round up without overflow; no memory is that large

static block *lists[LEVELS][SUBLISTS];
static uint32_t levelMap, sublistMap[LEVELS]; // a bit for each level and list that is not empty
static block *end;                            // the header that ends the newest region
static uint32_t usedBytes;
extern unsigned char __heap_base; // the linker's: the first byte behind the static data

static uint32_t size_of(const block *b) { return b->size & ~(uint32_t)FREE; }
static block *at(void *base, uint32_t offset) { return (block *)((char *)base + offset); }
static block *after(block *b) { return at(b, size_of(b)); }
static void *payload(block *b) { return (char *)b + HEADER; }
static block *header(void *p) { return (block *)((char *)p - HEADER); }
static uint32_t log2_of(uint32_t n) { return 31u - (uint32_t)__builtin_clz(n); }

/// The list that blocks of this size are kept in.
static void list_of(uint32_t size, uint32_t *level, uint32_t *sublist) {
  const uint32_t n = size / UNIT;
  if (n < SUBLISTS) {
    *level = 0;
    *sublist = n;
    return;
  }
  const uint32_t log = log2_of(n);
  *level = log - SUBLIST_BITS + 1;
  *sublist = (n >> (log - SUBLIST_BITS)) - SUBLISTS;
}

static void insert(block *b) {
  uint32_t level, sublist;
  list_of(size_of(b), &level, &sublist);
  b->size |= FREE;
  b->previous = 0;
  b->next = lists[level][sublist];
  if (b->next) b->next->previous = b;
  lists[level][sublist] = b;
  sublistMap[level] |= 1u << sublist;
  levelMap |= 1u << level;
}

static void detach(block *b) {
  uint32_t level, sublist;
  list_of(size_of(b), &level, &sublist);
  if (b->next) b->next->previous = b->previous;
  if (b->previous) {
    b->previous->next = b->next;
  } else if (!(lists[level][sublist] = b->next)) {
    if (!(sublistMap[level] &= ~(1u << sublist))) levelMap &= ~(1u << level);
  }
  b->size &= ~(uint32_t)FREE;
}

/// Sets the size of a block and tells its follower.
static void resize(block *b, uint32_t size) {
  b->size = size;
  after(b)->before = size;
}

/// Joins a block that is in no list with its free neighbours and puts the whole into its list.
static void release(block *b) {
  block *next = after(b);
  if (next->size & FREE) {
    detach(next);
    resize(b, size_of(b) + size_of(next));
  }
  if (b->before) {
    block *before = at(b, -b->before);
    if (before->size & FREE) {
      detach(before);
      resize(before, size_of(before) + size_of(b));
      b = before;
    }
  }
  insert(b);
}

/// Cuts a block in use down to size; what is left over is freed where it is worth a block of its own.
static void trim(block *b, uint32_t size) {
  const uint32_t rest = size_of(b) - size;
  if (rest < SPLIT_BYTES) return;
  resize(b, size);
  block *tail = after(b);
  tail->before = size;
  resize(tail, rest);
  release(tail);
}

/// Asks the host for pages: `wanted` bytes, or, where it has no more than that, `least`. The pages got, or 0. The last
/// page of the 4 GiB stays out: its end would not fit 32 bits.
static uint32_t grow_pages(uint32_t pagesNow, uint32_t wanted, uint32_t least) {
  const uint32_t sizes[] = {wanted, least};
  for (int i = 0; i < 2; i++) {
    const uint32_t pages = (uint32_t)(((uint64_t)sizes[i] + WASM_PAGE - 1) / WASM_PAGE);
    if (pages <= 65535 - pagesNow && __builtin_wasm_memory_grow(0, pages) != (size_t)-1) return pages;
  }
  return 0;
}

/// More memory, so that a free block of at least `size` bytes is there. False when the host has none.
static int grow(uint32_t size) {
  const uint32_t pagesNow = (uint32_t)__builtin_wasm_memory_size(0);
  const uint32_t now = pagesNow * WASM_PAGE;
  uint32_t from = now, pages = 0, least = size + 2 * UNIT;
  if (!end) { // the first call takes what is left of the memory that the module starts with
    from = ((uint32_t)&__heap_base + UNIT - 1) & ~(uint32_t)(UNIT - 1);
    least = least > now - from ? least - (now - from) : 0;
  } else if ((uint32_t)end + HEADER == now && end->before) {
    const block *last = at(end, -end->before);
    if (last->size & FREE) least -= size_of(last); // smaller than size, or it would have been found
  }
  if (least > 0) {
    // large steps, so that hosts rarely have to renew their views; untouched pages cost no physical memory
    const uint32_t step = now / 32 > GROW_BYTES ? now / 32 : GROW_BYTES;
    pages = grow_pages(pagesNow, least > step ? least : step, least);
    if (pages == 0) return 0;
  }
  const uint32_t to = now + pages * WASM_PAGE;

  block *first;
  if (end && (uint32_t)end + HEADER == from) { // the new memory follows the newest region: its end becomes a block
    first = end;
  } else {
    first = (block *)(from + HEADER);
    first->before = 0;
  }
  end = (block *)(to - HEADER);
  end->size = 0;
  resize(first, (uint32_t)end - (uint32_t)first);
  release(first);
  return 1;
}

/// A free block of at least `size` bytes, out of its list, or 0.
static block *find(uint32_t size) {
  uint32_t level, sublist;
  list_of(size, &level, &sublist);
  // its own list may hold a block that is large enough; only the first few are looked at
  block *b = lists[level][sublist];
  for (int i = 0; b && i < SCAN_BLOCKS; i++, b = b->next)
    if (size_of(b) >= size) return detach(b), b;
  // every block of any larger list is
  uint32_t map = sublist == SUBLISTS - 1 ? 0 : sublistMap[level] & ~0u << (sublist + 1);
  if (!map) {
    const uint32_t levels = levelMap & ~0u << (level + 1);
    if (!levels) return 0;
    level = (uint32_t)__builtin_ctz(levels);
    map = sublistMap[level];
  }
  b = lists[level][__builtin_ctz(map)];
  detach(b);
  return b;
}

/// The block's size for a request; 0 for one that no memory can hold.
static uint32_t block_size(size_t bytes) {
  if (bytes > MAX_REQUEST) return 0;
  const uint32_t size = ((uint32_t)bytes + HEADER + UNIT - 1) & ~(uint32_t)(UNIT - 1);
  return size;
}

static void *take(size_t bytes) {
  const uint32_t size = block_size(bytes);
  block *b = size ? find(size) : 0;
  if (!b && size && grow(size)) b = find(size);
  if (!b) {
    errno = ENOMEM;
    return 0;
  }
  trim(b, size);
  usedBytes += size_of(b);
  return payload(b);
}

/// As in C; the payload is aligned to 16 bytes, a request of 0 bytes gets a pointer of its own, failure is 0.
void *malloc(size_t bytes) { return take(bytes); }

/// As in C. Freeing twice traps: it would give the same memory to two owners.
void free(void *p) {
  if (!p) return;
  block *b = header(p);
  if (b->size & FREE || b->size == 0) __builtin_trap();
  usedBytes -= b->size;
  release(b);
}

/// As in C.
void *calloc(size_t count, size_t bytes) {
  size_t total;
  if (__builtin_mul_overflow(count, bytes, &total)) total = SIZE_MAX;
  void *p = take(total);
  if (p) __builtin_memset(p, 0, total);
  return p;
}

/// As in C; grows in place where the memory behind is free.
void *realloc(void *p, size_t bytes) {
  if (!p) return take(bytes);
  block *b = header(p);
  const uint32_t size = block_size(bytes), had = b->size;
  if (size == 0) {
    errno = ENOMEM;
    return 0;
  }
  block *next = after(b);
  if (size > had && next->size & FREE && size - had <= size_of(next)) {
    detach(next);
    resize(b, had + size_of(next));
  }
  if (size <= b->size) {
    trim(b, size);
    usedBytes += b->size - had;
    return p;
  }
  void *moved = take(bytes);
  if (!moved) return 0;
  __builtin_memcpy(moved, p, had - HEADER);
  free(p);
  return moved;
}

/// As in C: alignment is a power of two.
void *aligned_alloc(size_t alignment, size_t bytes) {
  if (alignment <= UNIT) return take(bytes);
  if (bytes > MAX_REQUEST || alignment > MAX_REQUEST - bytes) return take(SIZE_MAX);
  char *p = take(bytes + alignment + UNIT);
  if (!p) return 0;
  char *aligned = (char *)(((uintptr_t)p + alignment - 1) & ~(uintptr_t)(alignment - 1));
  block *b = header(p);
  const uint32_t gap = (uint32_t)(aligned - p), whole = b->size;
  if (gap) { // the memory before the aligned payload is a block of its own, at least a unit, and freed
    block *moved = header(aligned);
    moved->before = gap;
    resize(moved, whole - gap);
    b->size = gap;
    usedBytes -= gap;
    release(b);
    b = moved;
  }
  const uint32_t held = b->size;
  trim(b, block_size(bytes));
  usedBytes += b->size - held;
  return payload(b);
}

/// As POSIX has it.
int posix_memalign(void **out, size_t alignment, size_t bytes) {
  void *p = aligned_alloc(alignment, bytes);
  if (!p) return ENOMEM;
  *out = p;
  return 0;
}

/// Writes two f64 to out: bytes of linear memory, and bytes of blocks in use (headers included).
void hfn_heap(double *out) {
  out[0] = (double)__builtin_wasm_memory_size(0) * WASM_PAGE;
  out[1] = usedBytes;
}
