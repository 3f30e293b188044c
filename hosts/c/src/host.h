/* What a host written in C needs whatever its module does: memory, handles, the thread's last error, JSON, files, threads. Under names.h's prefix, so that a program may hold several libraries that are made of
 * these files. Nothing here is part of an ABI. */
#ifndef HAFORU_HOST_H
#define HAFORU_HOST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "names.h"

#include "haforu.h"
#include "runtime.h"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "an engine's structs are read where they lie: a little-endian machine is needed"
#endif

/* --- structs that programs give ------------------------------------------------------------------------------------------------ */

/* What a struct had in its first version: the least that any program gives. It grows behind `last` alone, and not into the padding there. */
#define LEAST_SIZE(type, last) (offsetof(type, last) + sizeof(((type *)0)->last))
/* Nobody's struct is larger: a size that was not set is found. */
#define MOST_SIZE 65536
static inline size_t least_size(size_t a, size_t b) { return a < b ? a : b; }

/* --- memory.c: what the host side allocates --------------------------------------------------------------------------------- */

/* Counts of one engine, or of all; kept by every allocation. */
typedef struct host_counts {
  atomic_uint_least64_t bytes, blocks;
} host_counts;

/* Where an object's memory comes from. */
typedef struct host_heap {
  haforu_allocator allocator;
  host_counts *counts; /* may be NULL */
} host_heap;

void *host_allocate(const host_heap *heap, size_t bytes);
void host_release(const host_heap *heap, void *memory);
/* A copy with a NUL behind it. */
char *host_copy(const host_heap *heap, const char *text, size_t bytes);
void host_totals(uint64_t *bytes, uint64_t *blocks);

/* A buffer that grows. */
typedef struct host_buffer {
  char *data;
  size_t bytes, capacity;
} host_buffer;
bool buffer_reserve(const host_heap *heap, host_buffer *buffer, size_t capacity);
bool buffer_append(const host_heap *heap, host_buffer *buffer, const char *data, size_t bytes);
void buffer_free(const host_heap *heap, host_buffer *buffer);

/* --- handles.c: which handles are alive -------------------------------------------------------------------------------------- */

/* A handle with one owner for `object`; 0: too many are open. */
uintptr_t handle_open(int kind, void *object);
/* The object of a living handle, kept from going until handle_unpin; NULL: stale, foreign, or of another kind. */
void *handle_pin(int kind, uintptr_t handle);
/* One pin more of a handle that the caller keeps pinned: also without owners. NULL: there are as many as can be. */
void *handle_pin_again(int kind, uintptr_t handle);
/* Ends a pin; the last one of a handle without owners destroys the object. */
void handle_unpin(uintptr_t handle);
bool handle_alive(int kind, uintptr_t handle);
haforu_code handle_retain(int kind, const void *handle);
haforu_code handle_release(int kind, const void *handle);
uint64_t handle_count(int kind);

/* What the last unpin of a handle calls, and what messages call a kind (1 to 7): a library's own. */
void handle_end(int kind, void *object);
const char *handle_kind_name(int kind);

/* --- threads.c: what a thread has of its own ------------------------------------------------------------------------------- */

/* At the head of memory that one thread has until it ends; then `end`, in that thread, gives it back. */
typedef struct thread_own {
  struct thread_own *next;
  void (*end)(struct thread_own *own);
} thread_own;

/* Keeps it for the calling thread; false: the system cannot. */
bool thread_keep(thread_own *own);

/* --- error.c ------------------------------------------------------------------------------------------------------------------ */

/* Sets this thread's last error and gives `code`. The message: `subject: detail. cure`, or the usual cause in place of a detail. `field` may be NULL. */
haforu_code fail(haforu_code code, const char *subject, const char *field, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 4, 5)))
#endif
    ;
/* As fail with HAFORU_INVALID_ARGUMENT: what was expected, of which argument; what came is in the format. */
#define fail_argument(field, ...) fail(HAFORU_INVALID_ARGUMENT, field, field, __VA_ARGS__)
haforu_code fail_handle(const char *field);
/* Sets it to what error_message and error_details gave in another thread. */
haforu_code fail_kept(haforu_code code, const char *message, const char *details);
/* Sets it from an error line: its message; details are its error object. */
haforu_code fail_line(haforu_code code, const char *line, size_t bytes);
/* The table of the engine whose call this thread is in; NULL: English. */
void error_messages(const char *const *messages, size_t count);
/* The number of a code by its name; 0: none. */
haforu_code code_of_name(const char *name, size_t bytes);
/* The thread's last error, for the functions of a library that tell it; texts are the thread's, until its next error. */
haforu_code error_code(void);
const char *error_message(void);
const char *error_details(void);
void error_forget(void);
/* A code's name; "ok" for 0, "unknown" for none of the contract's. */
const char *error_name(haforu_code code);

/* --- json.c ------------------------------------------------------------------------------------------------------------------- */

enum json_kind { JSON_OBJECT, JSON_ARRAY, JSON_STRING, JSON_PRIMITIVE };

typedef struct json_token {
  int kind, start, end, size, skip; /* skip: tokens of the value, itself included */
} json_token;

typedef struct json_document {
  const char *text;
  json_token *tokens;
  int count;
} json_document;

/* Where a text stops being JSON: the offset of the first byte that cannot be, `bytes`: its end comes too soon; SIZE_MAX: it is JSON. */
size_t json_wrong_at(const char *text, size_t bytes);
bool json_parse(const host_heap *heap, const char *text, size_t bytes, json_document *out);
void json_free(const host_heap *heap, json_document *document);
/* The value of a key of an object; -1: it has none. */
int json_find(const json_document *document, int object, const char *key);
/* The first member's key of an object (or element of an array), and the one behind a member. */
int json_next_member(const json_document *document, int key);
bool json_is(const json_document *document, int token, const char *text);
bool json_number(const json_document *document, int token, double *out);
/* Unescapes a string as UTF-8 with a NUL; the bytes it has, cut to the capacity. It is never longer than it stands in the text. */
size_t json_string(const json_document *document, int token, char *out, size_t capacity);
/* As HAFORU_INVALID_JSON: what was expected, and where the text is something else. */
haforu_code fail_json(const char *text, size_t bytes, const char *expected);
/* Writes a finite number as JSON has it, whatever the locale: as many digits, or the fewest that read as the same number where `digits` is 0. */
void number_text(char out[32], double value, int digits);
/* Appends a JSON string of bytes, which are UTF-8 or not, with its quotes. */
bool json_put_string(const host_heap *heap, host_buffer *to, const char *text, size_t bytes);
/* Whether text has the form of a JSON number; its value, the nearest double of up to 15 digits. Whatever the locale. */
bool read_number(const char *text, size_t bytes, double *out);

/* --- files.c -------------------------------------------------------------------------------------------------------------------- */

typedef struct file_identity {
  uint64_t device, inode, bytes;
  int64_t modified_s, changed_s;
  int64_t modified_ns, changed_ns;
} file_identity;

/* Why a file was not given: a code, and what only the host knows about it. */
typedef struct file_refusal {
  haforu_code code;
  char detail[HAFORU_LIMIT_PATH_CODE_POINTS * 4 + 128]; /* it may quote the path */
} file_refusal;

/* Gives memory for a file's bytes; NULL: no room. */
typedef void *(*file_place)(void *user, size_t bytes);

/* A folder that files must lie under. What links lead to is settled when it is opened. */
typedef struct file_base {
  char *path; /* absolute, for messages; NULL: files may lie anywhere */
  char *real;
} file_base;

/* `folder` NULL: anywhere. 0, or the error number: it is missing, or no folder. */
int file_base_open(const host_heap *heap, const char *folder, file_base *out);
void file_base_close(const host_heap *heap, file_base *base);
/* Reads a regular file of a bounded size. `base` may be NULL. `path` may hold NUL characters, which is refused. false: `refusal` says why. */
bool file_read(const file_base *base, const char *path, size_t path_bytes, file_place place, void *user, file_identity *identity, file_refusal *refusal);
/* Whether reading `path` would give the bytes with this identity again. */
/* The last error of a refusal, with a code of its own (what a font's code is for another kind of file). */
haforu_code fail_file(haforu_code code, const char *path, const file_refusal *refusal);
bool file_unchanged(const file_base *base, const char *path, size_t path_bytes, const file_identity *identity);
/* Writes a file aside and renames it; to what is no regular file, straight. 0, or the error number. */
int file_write(const char *path, const void *data, size_t bytes);
/* Milliseconds of a clock that never goes back. */
double clock_ms(void);

/* --- threads.c ------------------------------------------------------------------------------------------------------------------ */

typedef struct host_thread host_thread;
typedef struct host_lock host_lock; /* a mutex with a condition */

size_t lock_bytes(void);
bool lock_init(host_lock *lock);
void lock_destroy(host_lock *lock);
void lock_take(host_lock *lock);
void lock_give(host_lock *lock);
void lock_wait(host_lock *lock);
/* false: the time ran out. */
bool lock_wait_ms(host_lock *lock, double ms);
/* One turn of a wait for what is over soon in most cases: turn 0, 1, 2, … gives others the processor, later ones sleep. */
void thread_wait_turn(unsigned turn);
void lock_wake_all(host_lock *lock);
host_thread *thread_start(const host_heap *heap, void (*run)(void *), void *argument);
void thread_join(const host_heap *heap, host_thread *thread);
unsigned processor_count(void);

#endif
