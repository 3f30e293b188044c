/* Memory of the host side: through the allocator of a config, counted by engine and over all. In: bytes; out: memory. Knows nothing of what it is for. */
#include <stdlib.h>

#include "host.h"

/* Of all engines and fonts of this process: what haforu_leak_check tells. Nothing is decided by it. */
static host_counts totals;

/* In front of each block: its length, in as much room as keeps the block aligned. */
typedef union block_head {
  size_t bytes;
  max_align_t align;
} block_head;

void *host_allocate(const host_heap *heap, size_t bytes) {
  if (bytes > SIZE_MAX - sizeof(block_head)) return NULL;
  const size_t whole = bytes + sizeof(block_head);
  block_head *head = heap->allocator.allocate != NULL ? heap->allocator.allocate(heap->allocator.user, whole) : malloc(whole);
  if (head == NULL) return NULL;
  head->bytes = bytes;
  atomic_fetch_add_explicit(&totals.bytes, bytes, memory_order_relaxed);
  atomic_fetch_add_explicit(&totals.blocks, 1, memory_order_relaxed);
  if (heap->counts != NULL) {
    atomic_fetch_add_explicit(&heap->counts->bytes, bytes, memory_order_relaxed);
    atomic_fetch_add_explicit(&heap->counts->blocks, 1, memory_order_relaxed);
  }
  return head + 1;
}

void host_release(const host_heap *heap, void *memory) {
  if (memory == NULL) return;
  block_head *head = (block_head *)memory - 1;
  atomic_fetch_sub_explicit(&totals.bytes, head->bytes, memory_order_relaxed);
  atomic_fetch_sub_explicit(&totals.blocks, 1, memory_order_relaxed);
  if (heap->counts != NULL) {
    atomic_fetch_sub_explicit(&heap->counts->bytes, head->bytes, memory_order_relaxed);
    atomic_fetch_sub_explicit(&heap->counts->blocks, 1, memory_order_relaxed);
  }
  if (heap->allocator.release != NULL)
    heap->allocator.release(heap->allocator.user, head);
  else
    free(head);
}

void host_totals(uint64_t *bytes, uint64_t *blocks) {
  *bytes = atomic_load_explicit(&totals.bytes, memory_order_relaxed);
  *blocks = atomic_load_explicit(&totals.blocks, memory_order_relaxed);
}

char *host_copy(const host_heap *heap, const char *text, size_t bytes) {
  char *copy = host_allocate(heap, bytes + 1);
  if (copy == NULL) return NULL;
  if (bytes > 0) memcpy(copy, text, bytes);
  copy[bytes] = '\0';
  return copy;
}

bool buffer_reserve(const host_heap *heap, host_buffer *buffer, size_t capacity) {
  if (capacity <= buffer->capacity) return true;
  const size_t wanted = capacity > SIZE_MAX / 2 ? capacity : capacity + capacity / 4;
  char *data = host_allocate(heap, wanted);
  if (data == NULL) return false;
  if (buffer->bytes > 0) memcpy(data, buffer->data, buffer->bytes);
  host_release(heap, buffer->data);
  buffer->data = data;
  buffer->capacity = wanted;
  return true;
}

bool buffer_append(const host_heap *heap, host_buffer *buffer, const char *data, size_t bytes) {
  if (bytes > SIZE_MAX - buffer->bytes - 1 || !buffer_reserve(heap, buffer, buffer->bytes + bytes + 1)) return false;
  if (bytes > 0) memcpy(buffer->data + buffer->bytes, data, bytes);
  buffer->bytes += bytes;
  buffer->data[buffer->bytes] = '\0';
  return true;
}

void buffer_free(const host_heap *heap, host_buffer *buffer) {
  host_release(heap, buffer->data);
  memset(buffer, 0, sizeof *buffer);
}
