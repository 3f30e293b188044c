/* Which handles are alive: a table that tells a living handle from a stale, foreign or mistyped one without reading what it points to. In: a number; out: an object, or none.
 *
 * A handle is kind, generation and slot of a fixed table, odd, so that no object's address is one. A slot's word counts owners and pins (calls at work, and objects that need this one);
 * what neither owns nor pins goes. Slots are never given back to the system: an old handle can always be looked up, and is found to be of another generation.
 */
#include "host.h"

#define SLOT_BITS 18
#define SLOTS (1u << SLOT_BITS)
#define KIND_BITS 3
/* Bit 0 is 1; then kind, slot, generation. */
#define GENERATION_SHIFT (1 + KIND_BITS + SLOT_BITS)
#if UINTPTR_MAX > 0xffffffffu
#define GENERATION_MASK 0xfffffffu
#else
#define GENERATION_MASK ((1u << (32 - GENERATION_SHIFT)) - 1)
#endif

/* word: generation (28 bits), pins (20: more than there are handles that may need one), owners (16). */
#define OWNERS_MAX 0xffffu
#define COUNT_BITS 36
#define PIN ((uint64_t)1 << 16)
#define PINS_MAX 0xfffffu
#define OWNERS(word) ((word) & OWNERS_MAX)
#define PINS(word) ((word) >> 16 & PINS_MAX)
#define COUNTS(word) ((word) & (((uint64_t)1 << COUNT_BITS) - 1))
#define GENERATION(word) ((word) >> COUNT_BITS)

typedef struct slot {
  _Atomic uint64_t word;
  _Atomic(void *) object;
  _Atomic uint32_t kind;
  uint32_t next; /* free slot behind this one, + 1; guarded by the lock */
} slot;

static slot table[SLOTS];
static atomic_flag lock = ATOMIC_FLAG_INIT;
static uint32_t first_free, never_used;
static atomic_uint_least64_t counts[1 << KIND_BITS];

static void take(void) {
  while (atomic_flag_test_and_set_explicit(&lock, memory_order_acquire)) {
  }
}
static void give(void) { atomic_flag_clear_explicit(&lock, memory_order_release); }

uintptr_t handle_open(int kind, void *object) {
  take();
  uint32_t index;
  if (first_free != 0) {
    index = first_free - 1;
    first_free = table[index].next;
  } else if (never_used < SLOTS)
    index = never_used++;
  else {
    give();
    return 0;
  }
  give();
  slot *s = &table[index];
  const uint64_t generation = GENERATION(atomic_load_explicit(&s->word, memory_order_relaxed));
  atomic_store_explicit(&s->object, object, memory_order_relaxed);
  atomic_store_explicit(&s->kind, (uint32_t)kind, memory_order_relaxed);
  atomic_fetch_add_explicit(&counts[kind], 1, memory_order_relaxed);
  atomic_store_explicit(&s->word, generation << COUNT_BITS | 1, memory_order_release);
  return (uintptr_t)1 | (uintptr_t)kind << 1 | (uintptr_t)index << (1 + KIND_BITS) | (uintptr_t)(generation & GENERATION_MASK) << GENERATION_SHIFT;
}

/* The slot of a number that has the form of a handle of this kind. */
static slot *slot_of(int kind, uintptr_t handle) {
  if ((handle & 1) == 0 || (int)(handle >> 1 & ((1u << KIND_BITS) - 1)) != kind) return NULL;
  return &table[handle >> (1 + KIND_BITS) & (SLOTS - 1)];
}

static bool fits(uint64_t word, uintptr_t handle) { return (uint32_t)(GENERATION(word) & GENERATION_MASK) == (uint32_t)(handle >> GENERATION_SHIFT & GENERATION_MASK); }

void *handle_pin(int kind, uintptr_t handle) {
  slot *s = slot_of(kind, handle);
  if (s == NULL) return NULL;
  uint64_t word = atomic_load_explicit(&s->word, memory_order_relaxed);
  do {
    if (!fits(word, handle) || OWNERS(word) == 0 || PINS(word) == PINS_MAX) return NULL;
  } while (!atomic_compare_exchange_weak_explicit(&s->word, &word, word + PIN, memory_order_acquire, memory_order_relaxed));
  return atomic_load_explicit(&s->object, memory_order_relaxed);
}

void *handle_pin_again(int kind, uintptr_t handle) {
  slot *s = slot_of(kind, handle);
  if (s == NULL) return NULL;
  uint64_t word = atomic_load_explicit(&s->word, memory_order_relaxed);
  do {
    if (!fits(word, handle) || PINS(word) == 0 || PINS(word) == PINS_MAX) return NULL;
  } while (!atomic_compare_exchange_weak_explicit(&s->word, &word, word + PIN, memory_order_acquire, memory_order_relaxed));
  return atomic_load_explicit(&s->object, memory_order_relaxed);
}

static void destroy(slot *s, int kind) {
  void *object = atomic_load_explicit(&s->object, memory_order_relaxed);
  /* The generation moves on only now: until then nobody else can have the slot. */
  const uint64_t generation = GENERATION(atomic_load_explicit(&s->word, memory_order_relaxed)) + 1;
  atomic_store_explicit(&s->object, NULL, memory_order_relaxed);
  atomic_store_explicit(&s->word, generation << COUNT_BITS, memory_order_release);
  handle_end(kind, object);
  atomic_fetch_sub_explicit(&counts[kind], 1, memory_order_relaxed);
  take();
  s->next = first_free;
  first_free = (uint32_t)(s - table) + 1;
  give();
}

void handle_unpin(uintptr_t handle) {
  slot *s = &table[handle >> (1 + KIND_BITS) & (SLOTS - 1)];
  const uint64_t before = atomic_fetch_sub_explicit(&s->word, PIN, memory_order_acq_rel);
  if (COUNTS(before - PIN) == 0) destroy(s, (int)(handle >> 1 & ((1u << KIND_BITS) - 1)));
}

bool handle_alive(int kind, uintptr_t handle) {
  slot *s = slot_of(kind, handle);
  if (s == NULL) return false;
  const uint64_t word = atomic_load_explicit(&s->word, memory_order_relaxed);
  return fits(word, handle) && COUNTS(word) != 0;
}

haforu_code handle_retain(int kind, const void *handle) {
  slot *s = slot_of(kind, (uintptr_t)handle);
  uint64_t word = s == NULL ? 0 : atomic_load_explicit(&s->word, memory_order_relaxed);
  do {
    if (s == NULL || !fits(word, (uintptr_t)handle) || OWNERS(word) == 0) return fail_handle(handle_kind_name(kind));
    if (OWNERS(word) == OWNERS_MAX) return fail_argument(handle_kind_name(kind), "it has %u owners, as many as it can", OWNERS_MAX);
  } while (!atomic_compare_exchange_weak_explicit(&s->word, &word, word + 1, memory_order_relaxed, memory_order_relaxed));
  return HAFORU_OK;
}

haforu_code handle_release(int kind, const void *handle) {
  slot *s = slot_of(kind, (uintptr_t)handle);
  uint64_t word = s == NULL ? 0 : atomic_load_explicit(&s->word, memory_order_relaxed);
  do {
    if (s == NULL || !fits(word, (uintptr_t)handle) || OWNERS(word) == 0) return fail_handle(handle_kind_name(kind));
  } while (!atomic_compare_exchange_weak_explicit(&s->word, &word, word - 1, memory_order_acq_rel, memory_order_relaxed));
  if (COUNTS(word - 1) == 0) destroy(s, kind);
  return HAFORU_OK;
}

uint64_t handle_count(int kind) { return atomic_load_explicit(&counts[kind], memory_order_relaxed); }
