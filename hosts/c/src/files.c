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

/* The file system's errors in the contract's codes, worded as Node words them. */
static bool refuse_errno(file_refusal *refusal, int error, const char *path) {
  if (error == ENOENT) return refuse(refusal, HAFORU_FONT_NOT_FOUND, "");
  if (error == ENOTDIR) return refuse(refusal, HAFORU_FONT_NOT_FOUND, "a part of the path is not a directory");
  if (error == EACCES || error == EPERM) return refuse(refusal, HAFORU_FONT_UNREADABLE, "permission denied");
  const char *name = "EIO", *text = "i/o error";
  if (error == ENAMETOOLONG) name = "ENAMETOOLONG", text = "name too long";
#ifdef ELOOP
  else if (error == ELOOP) name = "ELOOP", text = "too many symbolic links encountered";
#endif
  else if (error == EMFILE) name = "EMFILE", text = "too many open files";
  else if (error == ENFILE) name = "ENFILE", text = "file table overflow";
  else if (error == ENOMEM) name = "ENOMEM", text = "not enough memory";
  refusal->code = HAFORU_FONT_UNREADABLE;
  snprintf(refusal->detail, sizeof refusal->detail, "%s: %s, stat '%.*s'", name, text, (int)PATH_BYTES, path);
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

/* The path to open, in `out` (PATH_BYTES); false: it may not be opened. */
static bool allowed(const char *base_dir, const char *path, size_t bytes, char *out, file_refusal *refusal) {
  if (memchr(path, 0, bytes) != NULL) return refuse(refusal, HAFORU_FONT_UNREADABLE, "the path holds a NUL character");
  if (bytes >= PATH_BYTES) return refuse_errno(refusal, ENAMETOOLONG, path);
  memcpy(out, path, bytes);
  out[bytes] = '\0';
  if (base_dir == NULL) return true;
  char base[PATH_BYTES], real_base[PATH_BYTES], joined[PATH_BYTES];
  if (is_absolute(base_dir))
    snprintf(base, sizeof base, "%s", base_dir);
  else if (real_path(".", joined) == NULL || (size_t)snprintf(base, sizeof base, "%s%c%s", joined, SEPARATOR, base_dir) >= sizeof base)
    return refuse_errno(refusal, ENAMETOOLONG, base_dir);
#ifndef _WIN32
  normalise(base);
#endif
  if (is_absolute(out))
    snprintf(joined, sizeof joined, "%s", out);
  else if ((size_t)snprintf(joined, sizeof joined, "%s%c%s", base, SEPARATOR, out) >= sizeof joined)
    return refuse_errno(refusal, ENAMETOOLONG, out);
#ifndef _WIN32
  normalise(joined);
#endif
  if (real_path(base, real_base) == NULL) return refuse(refusal, HAFORU_PATH_FORBIDDEN, base);
  char real[PATH_BYTES];
  if (real_path(joined, real) == NULL) {
    /* What is missing outside the folder is forbidden, not missing: nobody learns what lies there. */
    const int error = errno;
    if (under(joined, base) || under(joined, real_base)) return refuse_errno(refusal, error, joined);
    return refuse(refusal, HAFORU_PATH_FORBIDDEN, base);
  }
  if (!under(real, real_base)) return refuse(refusal, HAFORU_PATH_FORBIDDEN, base);
  strcpy(out, real);
  return true;
}

bool file_read(const char *base_dir, const char *path, size_t path_bytes, file_place place, void *user, file_identity *identity, file_refusal *refusal) {
  char name[PATH_BYTES];
  if (!allowed(base_dir, path, path_bytes, name, refusal)) return false;
  struct stat found;
  /* Looked at before it is opened: opening a device may act on it. */
  if (stat(name, &found) != 0) return refuse_errno(refusal, errno, name);
  if (!usable(&found, refusal)) return false;
  /* O_NONBLOCK: opening a fifo that has taken its place must not wait for a writer. */
  const int file = open(name, O_RDONLY | O_BINARY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0) return refuse_errno(refusal, errno, name);
  bool good = fstat(file, &found) == 0 || refuse_errno(refusal, errno, name);
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
        good = refuse_errno(refusal, errno, name);
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

bool file_unchanged(const char *base_dir, const char *path, size_t path_bytes, const file_identity *identity) {
  char name[PATH_BYTES];
  file_refusal refusal;
  struct stat found;
  file_identity now;
  /* Gone or no longer to be reached: reading it again says what is wrong. */
  if (!allowed(base_dir, path, path_bytes, name, &refusal) || stat(name, &found) != 0) return false;
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

int file_write(const char *path, const void *data, size_t bytes) {
  static atomic_uint count;
  char aside[PATH_BYTES + 48], real[PATH_BYTES];
  struct stat found;
  if (stat(path, &found) == 0) {
    /* A device or a pipe is written to; a renamed file would take its place. */
    if ((found.st_mode & S_IFMT) != S_IFREG && (found.st_mode & S_IFMT) != S_IFDIR) {
      FILE *file = fopen(path, "wb");
      return file == NULL ? (errno != 0 ? errno : EIO) : put(file, data, bytes);
    }
    /* What a link leads to becomes the new file, not the link. */
    if (real_path(path, real) != NULL) path = real;
  }
  if (snprintf(aside, sizeof aside, "%s.%ld-%u.part", path, (long)getpid(), atomic_fetch_add(&count, 1)) >= (int)sizeof aside) return ENAMETOOLONG;
  FILE *file = fopen(aside, "wb");
  if (file == NULL) return errno != 0 ? errno : EIO;
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
