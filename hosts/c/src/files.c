/* Font and picture files: a path in, the file's bytes in memory that the caller gives. Only regular files of a bounded size are read, none outside the base folder where one is set, and a later change of a
 * file is noticed. Knows nothing of engines. The words of refusals are those of the other hosts: an error line is the same bytes from each. */
#if !defined(_WIN32)
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "host.h"

#ifdef _WIN32
#include <io.h>
#include <process.h>
#include <windows.h>
#define open _open
#define close _close
#define read _read
#define getpid _getpid
#define fdopen _fdopen
#define fstat _fstat64
#define stat _stat64
#define SEPARATOR '\\'
#else
#include <unistd.h>
#define SEPARATOR '/'
#endif
#ifndef O_BINARY
#define O_BINARY 0
#endif
#ifndef O_CLOEXEC
#define O_CLOEXEC 0
#endif
#ifndef O_NONBLOCK
#define O_NONBLOCK 0
#endif
#ifndef O_NOCTTY
#define O_NOCTTY 0
#endif

#define PATH_BYTES (HAFORU_LIMIT_PATH_CODE_POINTS * 4 + 1)

static bool refuse(file_refusal *refusal, haforu_code code, const char *detail) {
  refusal->code = code;
  snprintf(refusal->detail, sizeof refusal->detail, "%s", detail);
  return false;
}

/* Errors that opening and reading meet, as Node words them. */
static const struct {
  int number;
  const char *name, *text;
} known_errors[] = {
    {EIO, "EIO", "i/o error"},
    {ENAMETOOLONG, "ENAMETOOLONG", "name too long"},
#ifdef ELOOP
    {ELOOP, "ELOOP", "too many symbolic links encountered"},
#endif
    {EMFILE, "EMFILE", "too many open files"},
    {ENFILE, "ENFILE", "file table overflow"},
    {ENOMEM, "ENOMEM", "not enough memory"},
    {EINVAL, "EINVAL", "invalid argument"},
    {EISDIR, "EISDIR", "illegal operation on a directory"},
    {ENXIO, "ENXIO", "no such device or address"},
    {ENODEV, "ENODEV", "no such device"},
    {EBUSY, "EBUSY", "resource busy or locked"},
#ifdef EOVERFLOW
    {EOVERFLOW, "EOVERFLOW", "value too large for defined data type"},
#endif
#ifdef ETIMEDOUT
    {ETIMEDOUT, "ETIMEDOUT", "connection timed out"},
#endif
#ifdef ESTALE
    {ESTALE, "ESTALE", "stale file handle"},
#endif
};

/* The file system's errors in the contract's codes, worded as Node words them; `operation`: what the system was asked for. */
static bool refuse_errno(file_refusal *refusal, int error, const char *operation, const char *path) {
  if (error == ENOENT) return refuse(refusal, HAFORU_FONT_NOT_FOUND, "");
  if (error == ENOTDIR) return refuse(refusal, HAFORU_FONT_NOT_FOUND, "a part of the path is not a directory");
  if (error == EACCES || error == EPERM) return refuse(refusal, HAFORU_FONT_UNREADABLE, "permission denied");
  char number[24];
  snprintf(number, sizeof number, "error %d", error);
  const char *name = number, *text = strerror(error);
  for (size_t i = 0; i < sizeof known_errors / sizeof *known_errors; i++)
    if (known_errors[i].number == error) name = known_errors[i].name, text = known_errors[i].text;
  refusal->code = HAFORU_FONT_UNREADABLE;
  snprintf(refusal->detail, sizeof refusal->detail, "%s: %s, %s '%.*s'", name, text, operation, (int)PATH_BYTES, path);
  return false;
}

static void identify(const struct stat *found, file_identity *out) {
  memset(out, 0, sizeof *out);
  out->device = (uint64_t)found->st_dev;
  out->inode = (uint64_t)found->st_ino;
  out->bytes = (uint64_t)found->st_size;
#if defined(__APPLE__)
  out->modified_s = found->st_mtimespec.tv_sec;
  out->modified_ns = found->st_mtimespec.tv_nsec;
  out->changed_s = found->st_ctimespec.tv_sec;
  out->changed_ns = found->st_ctimespec.tv_nsec;
#elif defined(_WIN32)
  out->modified_s = found->st_mtime;
  out->changed_s = found->st_ctime;
#else
  out->modified_s = found->st_mtim.tv_sec;
  out->modified_ns = found->st_mtim.tv_nsec;
  out->changed_s = found->st_ctim.tv_sec;
  out->changed_ns = found->st_ctim.tv_nsec;
#endif
}

static bool usable(const struct stat *found, file_refusal *refusal) {
  if ((found->st_mode & S_IFMT) != S_IFREG) {
    const char *kind = "a device";
    if ((found->st_mode & S_IFMT) == S_IFDIR) kind = "a directory";
#ifdef S_IFIFO
    else if ((found->st_mode & S_IFMT) == S_IFIFO) kind = "a fifo";
#endif
#ifdef S_IFSOCK
    else if ((found->st_mode & S_IFMT) == S_IFSOCK) kind = "a socket";
#endif
    refusal->code = HAFORU_FONT_UNREADABLE;
    snprintf(refusal->detail, sizeof refusal->detail, "it is %s, not a regular file", kind);
    return false;
  }
  if (found->st_size > HAFORU_LIMIT_FONT_BYTES) {
    refusal->code = HAFORU_FONT_TOO_LARGE;
    snprintf(refusal->detail, sizeof refusal->detail, "it has %lld bytes", (long long)found->st_size);
    return false;
  }
  return true;
}

/* Whether `path` is in `folder`: /a/fonts is not in /a/fon. */
static bool under(const char *path, const char *folder) {
  const size_t bytes = strlen(folder);
  if (strncmp(path, folder, bytes) != 0) return false;
  return (bytes > 0 && folder[bytes - 1] == SEPARATOR) || path[bytes] == SEPARATOR;
}

#ifdef _WIN32
static char *real_path(const char *path, char *out) { return _fullpath(out, path, PATH_BYTES); }
static bool is_absolute(const char *path) { return path[0] == '\\' || path[0] == '/' || (path[0] != '\0' && path[1] == ':'); }
#else
static char *real_path(const char *path, char *out) {
  char *real = realpath(path, NULL);
  if (real == NULL) return NULL;
  const bool fits = strlen(real) < PATH_BYTES;
  if (fits) strcpy(out, real);
  free(real);
  if (!fits) errno = ENAMETOOLONG;
  return fits ? out : NULL;
}
static bool is_absolute(const char *path) { return path[0] == '/'; }
#endif

#ifndef _WIN32
/* Takes "." and ".." out of an absolute path, links as they are. */
static void normalise(char *path) {
  char *to = path;
  const char *from = path;
  while (*from != '\0') {
    while (*from == '/') from++;
    const char *end = from;
    while (*end != '\0' && *end != '/') end++;
    const size_t bytes = (size_t)(end - from);
    if (bytes == 2 && from[0] == '.' && from[1] == '.') {
      while (to > path && *--to != '/') {
      }
    } else if (bytes > 0 && !(bytes == 1 && from[0] == '.')) {
      *to++ = '/';
      memmove(to, from, bytes);
      to += bytes;
    }
    from = end;
  }
  if (to == path) *to++ = '/';
  *to = '\0';
}
#endif

int file_base_open(const host_heap *heap, const char *folder, file_base *out) {
  char path[PATH_BYTES], real[PATH_BYTES];
  struct stat found;
  memset(out, 0, sizeof *out);
  if (folder == NULL) return 0;
  if (is_absolute(folder) ? (size_t)snprintf(path, sizeof path, "%s", folder) >= sizeof path
                          : real_path(".", real) == NULL || (size_t)snprintf(path, sizeof path, "%s%c%s", real, SEPARATOR, folder) >= sizeof path)
    return ENAMETOOLONG;
  /* Links are followed before "..", as the system does; in messages the path is as it was given. */
  if (real_path(path, real) == NULL) return errno != 0 ? errno : ENOENT;
  if (stat(real, &found) != 0) return errno;
  if ((found.st_mode & S_IFMT) != S_IFDIR) return ENOTDIR;
#ifndef _WIN32
  normalise(path);
#endif
  out->path = host_copy(heap, path, strlen(path));
  out->real = host_copy(heap, real, strlen(real));
  if (out->path != NULL && out->real != NULL) return 0;
  file_base_close(heap, out);
  return ENOMEM;
}

void file_base_close(const host_heap *heap, file_base *base) {
  host_release(heap, base->path);
  host_release(heap, base->real);
  memset(base, 0, sizeof *base);
}

/* The path to open, in `out` (PATH_BYTES); false: it may not be opened. */
static bool allowed(const file_base *base, const char *path, size_t bytes, char *out, file_refusal *refusal) {
  if (memchr(path, 0, bytes) != NULL) return refuse(refusal, HAFORU_FONT_UNREADABLE, "the path holds a NUL character");
  if (bytes >= PATH_BYTES) return refuse_errno(refusal, ENAMETOOLONG, "stat", path);
  memcpy(out, path, bytes);
  out[bytes] = '\0';
  if (base == NULL || base->path == NULL) return true;
  char joined[PATH_BYTES], real[PATH_BYTES];
  if (is_absolute(out))
    snprintf(joined, sizeof joined, "%s", out);
  else if ((size_t)snprintf(joined, sizeof joined, "%s%c%s", base->path, SEPARATOR, out) >= sizeof joined)
    return refuse_errno(refusal, ENAMETOOLONG, "stat", out);
#ifndef _WIN32
  normalise(joined);
#endif
  if (real_path(joined, real) == NULL) {
    /* What is missing outside the folder is forbidden, not missing: nobody learns what lies there. */
    const int error = errno;
    if (under(joined, base->path) || under(joined, base->real)) return refuse_errno(refusal, error, "stat", joined);
    return refuse(refusal, HAFORU_PATH_FORBIDDEN, base->path);
  }
  if (!under(real, base->real)) return refuse(refusal, HAFORU_PATH_FORBIDDEN, base->path);
  strcpy(out, real);
  return true;
}

bool file_read(const file_base *base, const char *path, size_t path_bytes, file_place place, void *user, file_identity *identity, file_refusal *refusal) {
  char name[PATH_BYTES];
  if (!allowed(base, path, path_bytes, name, refusal)) return false;
  struct stat found;
  /* Looked at before it is opened: opening a device may act on it. */
  if (stat(name, &found) != 0) return refuse_errno(refusal, errno, "stat", name);
  if (!usable(&found, refusal)) return false;
  /* O_NONBLOCK: opening a fifo that has taken its place must not wait for a writer. */
  const int file = open(name, O_RDONLY | O_BINARY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0) return refuse_errno(refusal, errno, "open", name);
  bool good = fstat(file, &found) == 0 || refuse_errno(refusal, errno, "fstat", name);
  good = good && usable(&found, refusal);
  if (good) {
    const size_t bytes = (size_t)found.st_size;
    uint8_t *target = place(user, bytes);
    if (target == NULL) {
      refusal->code = HAFORU_OUT_OF_MEMORY;
      snprintf(refusal->detail, sizeof refusal->detail, "no room for %zu bytes of it", bytes);
      good = false;
    }
    for (size_t done = 0; good && done < bytes;) {
      const size_t rest = bytes - done;
      const long got = (long)read(file, target + done, rest > (1u << 30) ? (1u << 30) : (unsigned)rest);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0)
        good = refuse_errno(refusal, errno, "read", name);
      else if (got == 0) {
        refusal->code = HAFORU_FONT_UNREADABLE;
        snprintf(refusal->detail, sizeof refusal->detail, "it became shorter while it was read (%zu of %zu bytes)", done, bytes);
        good = false;
      } else
        done += (size_t)got;
    }
  }
  if (good) identify(&found, identity);
  close(file);
  return good;
}

haforu_code fail_file(haforu_code code, const char *path, const file_refusal *refusal) {
  if (refusal->detail[0] == '\0') return fail(code, path, "path", NULL);
  return fail(code, path, "path", "%s%s", code == HAFORU_PATH_FORBIDDEN ? "it does not lie under the base directory, " : "", refusal->detail);
}

bool file_unchanged(const file_base *base, const char *path, size_t path_bytes, const file_identity *identity) {
  char name[PATH_BYTES];
  file_refusal refusal;
  struct stat found;
  file_identity now;
  /* Gone or no longer to be reached: reading it again says what is wrong. */
  if (!allowed(base, path, path_bytes, name, &refusal) || stat(name, &found) != 0) return false;
  identify(&found, &now);
  return memcmp(&now, identity, sizeof now) == 0;
}

/* Writes and closes; 0, or the error number. */
static int put(FILE *file, const void *data, size_t bytes) {
  int error = 0;
  errno = 0;
  if (fwrite(data, 1, bytes, file) != bytes || fflush(file) != 0) error = errno != 0 ? errno : EIO;
  if (fclose(file) != 0 && error == 0) error = errno != 0 ? errno : EIO;
  return error;
}

/* Names tried for the file aside: each is taken by nobody but by chance, or by somebody who wants to hinder us. */
#define ASIDE_TRIES 100

/* A new file in the folder of `path`, whatever the length of its own name; `aside` (PATH_BYTES + 48) gets its path. NULL: errno. */
static FILE *open_aside(const char *path, char *aside, unsigned mode) {
  static atomic_uint count;
  const char *name = strrchr(path, '/');
#ifdef _WIN32
  const char *other = strrchr(path, '\\');
  if (other != NULL && (name == NULL || other > name)) name = other;
#endif
  const int folder = name == NULL ? 0 : (int)(name + 1 - path);
  for (int i = 0; i < ASIDE_TRIES; i++) {
    const uint64_t mixed = ((uint64_t)(clock_ms() * 1e6) ^ (uint64_t)(uintptr_t)aside) * UINT64_C(0x9e3779b97f4a7c15);
    if (snprintf(aside, PATH_BYTES + 48, "%.*s.haforu-%lx-%x-%08x.part", folder, path, (unsigned long)getpid(), atomic_fetch_add(&count, 1), (unsigned)(mixed >> 32)) >= PATH_BYTES + 48) {
      errno = ENAMETOOLONG;
      return NULL;
    }
    const int file = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_BINARY | O_CLOEXEC, mode);
    if (file >= 0) {
      FILE *stream = fdopen(file, "wb");
      if (stream == NULL) {
        const int error = errno;
        close(file);
        remove(aside);
        errno = error;
      }
      return stream;
    }
    if (errno != EEXIST) return NULL;
  }
  return NULL;
}

#ifndef _WIN32
/* Follows links to what is not there: where a file is to be. Others are real_path's. false: errno. */
static bool follow(const char *path, char *out) {
  if (strlen(path) >= PATH_BYTES) {
    errno = ENAMETOOLONG;
    return false;
  }
  strcpy(out, path);
  for (int links = 0; links < 40; links++) {
    char target[PATH_BYTES], joined[PATH_BYTES];
    const ssize_t bytes = readlink(out, target, sizeof target - 1);
    if (bytes < 0) return errno == EINVAL || errno == ENOENT;
    target[bytes] = '\0';
    const char *name = strrchr(out, '/');
    if ((size_t)snprintf(joined, sizeof joined, "%.*s%s", is_absolute(target) || name == NULL ? 0 : (int)(name + 1 - out), out, target) >= sizeof joined) {
      errno = ENAMETOOLONG;
      return false;
    }
    strcpy(out, joined);
  }
  errno = ELOOP;
  return false;
}
#endif

int file_write(const char *path, const void *data, size_t bytes) {
  char aside[PATH_BYTES + 48], real[PATH_BYTES];
  struct stat found;
  unsigned mode = 0666; /* less the umask */
  const bool there = stat(path, &found) == 0;
  if (there) {
    /* A device or a pipe is written to; a renamed file would take its place. */
    if ((found.st_mode & S_IFMT) != S_IFREG && (found.st_mode & S_IFMT) != S_IFDIR) {
      FILE *file = fopen(path, "wb");
      return file == NULL ? (errno != 0 ? errno : EIO) : put(file, data, bytes);
    }
    /* What a link leads to becomes the new file, not the link. Nobody reads in between what was not theirs to read. */
    if (real_path(path, real) != NULL) path = real;
    mode = 0600;
  }
#ifndef _WIN32
  else {
    if (!follow(path, real)) return errno;
    path = real;
  }
#else
  mode = 0600;
#endif
  FILE *file = open_aside(path, aside, mode);
  if (file == NULL) return errno != 0 ? errno : EIO;
#ifndef _WIN32
  /* Some file systems have no modes: they say EPERM to the owner. */
  if (there && fchmod(fileno(file), found.st_mode & 0777) != 0 && errno != EPERM && errno != ENOSYS && errno != ENOTSUP) {
    const int failed = errno;
    fclose(file);
    remove(aside);
    return failed;
  }
#endif
  int error = put(file, data, bytes);
#ifdef _WIN32
  if (error == 0 && !MoveFileExA(aside, path, MOVEFILE_REPLACE_EXISTING)) error = EIO;
#else
  if (error == 0 && rename(aside, path) != 0) error = errno;
#endif
  if (error != 0) remove(aside);
  return error;
}

double clock_ms(void) {
#ifdef _WIN32
  return (double)GetTickCount64();
#else
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
#endif
}
