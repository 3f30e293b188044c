/* Threads and locks of the system, as few as haforu_batch needs, and what a thread has until it ends: POSIX threads, or Windows'. C11's threads.h is missing on macOS. */
#if !defined(_WIN32)
#define _GNU_SOURCE
#endif
#include <stdlib.h>

#include "host.h"

/* --- until a thread ends -------------------------------------------------------------------------------------------------------- */

/* A place of the system's that each thread has, and that it hands to a function when the thread ends. */
static void end_all(void *first) {
  for (thread_own *own = first; own != NULL;) {
    thread_own *next = own->next;
    own->end(own);
    own = next;
  }
}

#ifdef _WIN32
#include <windows.h>
static INIT_ONCE place_once = INIT_ONCE_STATIC_INIT;
static DWORD place = FLS_OUT_OF_INDEXES;
static VOID WINAPI end_all_here(PVOID first) { end_all(first); }
static BOOL CALLBACK make_place(PINIT_ONCE once, PVOID parameter, PVOID *context) {
  (void)once;
  (void)parameter;
  (void)context;
  place = FlsAlloc(end_all_here);
  return TRUE;
}
static bool place_made(void) { return InitOnceExecuteOnce(&place_once, make_place, NULL, NULL) && place != FLS_OUT_OF_INDEXES; }
static void *place_get(void) { return FlsGetValue(place); }
static bool place_set(void *first) { return FlsSetValue(place, first) != 0; }
static void place_delete(void) { FlsFree(place); }
#else
#include <pthread.h>
static pthread_once_t place_once = PTHREAD_ONCE_INIT;
static pthread_key_t place;
static bool place_there;
static void make_place(void) { place_there = pthread_key_create(&place, end_all) == 0; }
static bool place_made(void) { return pthread_once(&place_once, make_place) == 0 && place_there; }
static void *place_get(void) { return pthread_getspecific(place); }
static bool place_set(void *first) { return pthread_setspecific(place, first) == 0; }
static void place_delete(void) { pthread_key_delete(place); }
#endif

static atomic_int place_used, place_gone;

bool thread_keep(thread_own *own) {
  if (!place_made()) return false;
  atomic_store(&place_used, 1);
  /* While the process ends nothing needs to be given back. */
  if (atomic_load(&place_gone) != 0) return true;
  own->next = place_get();
  return place_set(own);
}

#if defined(__GNUC__)
/* When the library is unloaded no thread may be sent into its code any more; what threads that live on have of it stays with them. */
__attribute__((destructor)) static void unloaded(void) {
  if (atomic_load(&place_used) == 0) return;
  atomic_store(&place_gone, 1);
  void *first = place_get();
  place_set(NULL);
  place_delete();
  end_all(first);
}
#endif

/* --- threads and locks ---------------------------------------------------------------------------------------------------------- */

#ifdef _WIN32
struct host_lock {
  SRWLOCK lock;
  CONDITION_VARIABLE woken;
};
struct host_thread {
  HANDLE handle;
  void (*run)(void *);
  void *argument;
};
bool lock_init(host_lock *lock) {
  InitializeSRWLock(&lock->lock);
  InitializeConditionVariable(&lock->woken);
  return true;
}
void lock_destroy(host_lock *lock) { (void)lock; }
void lock_take(host_lock *lock) { AcquireSRWLockExclusive(&lock->lock); }
void lock_give(host_lock *lock) { ReleaseSRWLockExclusive(&lock->lock); }
void lock_wait(host_lock *lock) { SleepConditionVariableSRW(&lock->woken, &lock->lock, INFINITE, 0); }
bool lock_wait_ms(host_lock *lock, double ms) { return SleepConditionVariableSRW(&lock->woken, &lock->lock, ms < 1 ? 1 : (DWORD)ms, 0) != 0; }
void lock_wake_all(host_lock *lock) { WakeAllConditionVariable(&lock->woken); }
static DWORD WINAPI enter(LPVOID argument) {
  host_thread *thread = argument;
  thread->run(thread->argument);
  return 0;
}
static bool start(host_thread *thread) {
  thread->handle = CreateThread(NULL, 4 << 20, enter, thread, 0, NULL);
  return thread->handle != NULL;
}
static void join(host_thread *thread) {
  WaitForSingleObject(thread->handle, INFINITE);
  CloseHandle(thread->handle);
}
static void rest(void) { Sleep(1); }
static void yield(void) { SwitchToThread(); }
unsigned processor_count(void) {
  SYSTEM_INFO info;
  GetSystemInfo(&info);
  return (unsigned)info.dwNumberOfProcessors;
}
#else
#include <time.h>
#include <unistd.h>
#include <sched.h>
struct host_lock {
  pthread_mutex_t mutex;
  pthread_cond_t woken;
};
struct host_thread {
  pthread_t handle;
  void (*run)(void *);
  void *argument;
};
/* What the engine's calls may need, on systems whose threads get little (musl 128 KiB, macOS 512). */
#define STACK_BYTES (4u << 20)
bool lock_init(host_lock *lock) {
  if (pthread_mutex_init(&lock->mutex, NULL) != 0) return false;
  if (pthread_cond_init(&lock->woken, NULL) == 0) return true;
  pthread_mutex_destroy(&lock->mutex);
  return false;
}
void lock_destroy(host_lock *lock) {
  pthread_cond_destroy(&lock->woken);
  pthread_mutex_destroy(&lock->mutex);
}
void lock_take(host_lock *lock) { pthread_mutex_lock(&lock->mutex); }
void lock_give(host_lock *lock) { pthread_mutex_unlock(&lock->mutex); }
void lock_wait(host_lock *lock) { pthread_cond_wait(&lock->woken, &lock->mutex); }
bool lock_wait_ms(host_lock *lock, double ms) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  const double ns = (double)until.tv_nsec + (ms < 0 ? 0 : ms) * 1e6;
  until.tv_sec += (time_t)(ns / 1e9);
  until.tv_nsec = (long)(ns - (double)(int64_t)(ns / 1e9) * 1e9);
  return pthread_cond_timedwait(&lock->woken, &lock->mutex, &until) == 0;
}
void lock_wake_all(host_lock *lock) { pthread_cond_broadcast(&lock->woken); }
static void *enter(void *argument) {
  host_thread *thread = argument;
  thread->run(thread->argument);
  return NULL;
}
static bool start(host_thread *thread) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setstacksize(&attributes, STACK_BYTES);
  const bool started = pthread_create(&thread->handle, &attributes, enter, thread) == 0;
  pthread_attr_destroy(&attributes);
  return started;
}
static void join(host_thread *thread) { pthread_join(thread->handle, NULL); }
static void rest(void) {
  const struct timespec some = {0, 200000};
  nanosleep(&some, NULL);
}
static void yield(void) { sched_yield(); }
unsigned processor_count(void) {
#ifdef __linux__
  /* Those that this process may use. */
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return (unsigned)CPU_COUNT(&set);
#endif
  const long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? (unsigned)count : 1;
}
#endif

/* A call of an engine takes a millisecond or two in most cases, and may take minutes. */
#define TURNS_AWAKE 64
void thread_wait_turn(unsigned turn) {
  if (turn < TURNS_AWAKE)
    yield();
  else
    rest();
}

size_t lock_bytes(void) { return sizeof(host_lock); }

host_thread *thread_start(const host_heap *heap, void (*run)(void *), void *argument) {
  host_thread *thread = host_allocate(heap, sizeof *thread);
  if (thread == NULL) return NULL;
  thread->run = run;
  thread->argument = argument;
  if (start(thread)) return thread;
  host_release(heap, thread);
  return NULL;
}

void thread_join(const host_heap *heap, host_thread *thread) {
  join(thread);
  host_release(heap, thread);
}
