/* The voices of a pipeline: loaded from files and memory, or found in folders. In: a name; out: its bytes in an engine. What a voice's file holds is the engine's to check. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#ifdef _WIN32
#include <io.h>
#include <windows.h>
#define PATH_SEPARATOR ';'
#else
#include <dirent.h>
#define PATH_SEPARATOR ':'
#endif

#include "speech.h"

static const char *const endings[] = {".flitevox", ".diphones"};
#define PATH_BYTES 4096
/* Names in a list: as many as any folder of voices has, and more. */
#define VOICES_MAX 10000

/* --- finding ---------------------------------------------------------------------------------------------------------------------- */

/* The next folder of a path list into `folder`; false: there is none. */
static bool next_folder(const char **list, char *folder) {
  while (*list != NULL && **list != '\0') {
    const char *end = strchr(*list, PATH_SEPARATOR);
    const size_t bytes = end == NULL ? strlen(*list) : (size_t)(end - *list);
    const char *from = *list;
    *list = end == NULL ? from + bytes : end + 1;
    if (bytes == 0 || bytes >= PATH_BYTES) continue;
    memcpy(folder, from, bytes);
    folder[bytes] = '\0';
    return true;
  }
  return false;
}

/* Looked at before it is opened: opening a pipe waits, a device may act. 0: a regular file that can be read; -1: it is something else; or the error number. */
static int readable(const char *path) {
  struct stat found;
  if (stat(path, &found) != 0) return errno != 0 ? errno : EIO;
  if ((found.st_mode & S_IFMT) != S_IFREG) return -1;
  FILE *file = fopen(path, "rb");
  if (file == NULL) return errno != 0 ? errno : EIO;
  fclose(file);
  return 0;
}

static bool find_in_folders(const pipeline_object *pipeline, const char *name, char *path) {
  const char *list = pipeline->config.voice_path;
  char folder[PATH_BYTES];
  while (next_folder(&list, folder))
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
      if (snprintf(path, PATH_BYTES, "%s/%s%s", folder, name, endings[i]) < PATH_BYTES && readable(path) == 0) return true;
  return false;
}

static voice_entry *find_loaded(const pipeline_object *pipeline, const char *name) {
  for (voice_entry *voice = pipeline->voices; voice != NULL; voice = voice->next)
    if (!voice->gone && strcmp(voice->name, name) == 0) return voice;
  return NULL;
}

static void entry_free(const host_heap *heap, voice_entry *voice) {
  host_release(heap, voice->path);
  host_release(heap, voice->data);
  host_release(heap, voice);
}

/* Under the lock: those that were replaced and that nobody reads. */
static void sweep(pipeline_object *pipeline) {
  for (voice_entry **at = &pipeline->voices; *at != NULL;) {
    voice_entry *voice = *at;
    if (voice->gone && voice->used == 0) {
      *at = voice->next;
      entry_free(&pipeline->heap, voice);
    } else
      at = &voice->next;
  }
}

void voices_free(pipeline_object *pipeline) {
  while (pipeline->voices != NULL) {
    voice_entry *voice = pipeline->voices;
    pipeline->voices = voice->next;
    entry_free(&pipeline->heap, voice);
  }
}

/* --- bringing --------------------------------------------------------------------------------------------------------------------- */

/* Reads a file into the module's memory. */
typedef struct place {
  speech_engine *engine;
  uint32_t at;
  size_t bytes;
} place;
static void *room_in_engine(void *user, size_t bytes) {
  place *into = user;
  into->bytes = bytes;
  into->at = speech_allocate(into->engine, bytes);
  return into->at == 0 ? NULL : speech_at(into->engine, into->at);
}

static haforu_speech_code refuse(pipeline_object *pipeline, speech_engine *engine, const char *name, size_t bytes, const char *detail) {
  const size_t length = strlen(detail);
  const uint32_t at = speech_allocate(engine, bytes + length);
  if (at == 0) return speech_failed(pipeline, engine, engine->dead ? MODULE_TRAPPED : -HAFORU_OUT_OF_MEMORY, NULL);
  memcpy(speech_at(engine, at), name, bytes);
  memcpy(speech_at(engine, at) + bytes, detail, length);
  snprintf(engine->refusal, sizeof engine->refusal, "%s", detail);
  /* It would go on refusing: another engine takes its place, in case the voice is there next time. */
  engine->voices = UINT64_MAX;
  int32_t status;
  SPEECH_CALL(engine, status, hs_voice_refuse, &engine->module, at, (uint32_t)bytes, at + (uint32_t)bytes, (uint32_t)length);
  if (status != MODULE_TRAPPED) speech_give_back(engine, at);
  return status < 0 ? speech_failed(pipeline, engine, status, NULL) : HAFORU_OK;
}

/* hs_voice_load takes the data whatever comes of it. */
static haforu_speech_code load(pipeline_object *pipeline, speech_engine *engine, const char *name, size_t bytes, uint32_t data, size_t data_bytes) {
  const uint32_t at = speech_allocate(engine, bytes);
  if (at == 0) {
    speech_give_back(engine, data);
    return speech_failed(pipeline, engine, engine->dead ? MODULE_TRAPPED : -HAFORU_OUT_OF_MEMORY, NULL);
  }
  memcpy(speech_at(engine, at), name, bytes);
  int32_t status;
  SPEECH_CALL(engine, status, hs_voice_load, &engine->module, at, (uint32_t)bytes, data, (uint32_t)data_bytes);
  if (status != MODULE_TRAPPED) speech_give_back(engine, at);
  return status < 0 ? speech_failed(pipeline, engine, status, NULL) : HAFORU_OK;
}

haforu_speech_code voice_bring(pipeline_object *pipeline, speech_engine *engine, const char *name, size_t bytes) {
  char path[PATH_BYTES];
  bool from_file = false;
  lock_take(pipeline->lock);
  voice_entry *voice = find_loaded(pipeline, name);
  if (voice != NULL) {
    voice->used++;
    from_file = voice->path != NULL;
    if (from_file) snprintf(path, sizeof path, "%s", voice->path);
  }
  lock_give(pipeline->lock);
  if (voice == NULL) from_file = find_in_folders(pipeline, name, path);
  haforu_speech_code code;
  if (from_file) {
    place into = {engine, 0, 0};
    file_identity identity;
    file_refusal refusal;
    if (file_read(NULL, path, strlen(path), room_in_engine, &into, &identity, &refusal))
      code = load(pipeline, engine, name, bytes, into.at, into.bytes);
    else {
      speech_give_back(engine, into.at);
      char detail[PATH_BYTES + 256];
      snprintf(detail, sizeof detail, "%s cannot be read%s%.200s", path, refusal.detail[0] != '\0' ? ": " : "", refusal.detail);
      code = engine->dead ? speech_failed(pipeline, engine, MODULE_TRAPPED, NULL) : refuse(pipeline, engine, name, bytes, detail);
    }
    if (code == HAFORU_OK) speech_log(pipeline, HAFORU_SPEECH_LOG_INFO, "the voice %s was read from %s", name, path);
  } else if (voice != NULL) {
    const uint32_t at = speech_allocate(engine, voice->bytes);
    if (at == 0)
      code = speech_failed(pipeline, engine, engine->dead ? MODULE_TRAPPED : -HAFORU_OUT_OF_MEMORY, NULL);
    else {
      memcpy(speech_at(engine, at), voice->data, voice->bytes);
      code = load(pipeline, engine, name, bytes, at, voice->bytes);
    }
  } else {
    char detail[PATH_BYTES + 256];
    if (pipeline->config.voice_path == NULL)
      snprintf(detail, sizeof detail, "there is no voice %s: load it with haforu_speech_voice_load, or set voice_path to the folder of its file", name);
    else
      snprintf(detail, sizeof detail, "there is no voice %s: looked for %s.flitevox and %s.diphones in %.2000s", name, name, name, pipeline->config.voice_path);
    code = refuse(pipeline, engine, name, bytes, detail);
  }
  if (voice != NULL) {
    lock_take(pipeline->lock);
    voice->used--;
    sweep(pipeline);
    lock_give(pipeline->lock);
  }
  return code;
}

/* --- loading ---------------------------------------------------------------------------------------------------------------------- */

static haforu_speech_code add(pipeline_object *pipeline, const char *name, const char *path, const void *data, size_t bytes) {
  if (name == NULL || !voice_name_valid(name)) return fail_argument("name", "expected the name of a voice, 1 to 64 of A–Z a–z 0–9 . _ -, got \"%.80s\"", name == NULL ? "NULL" : name);
  voice_entry *voice = host_allocate(&pipeline->heap, sizeof *voice);
  if (voice == NULL) return fail(HAFORU_OUT_OF_MEMORY, "the voice", NULL, NULL);
  memset(voice, 0, sizeof *voice);
  snprintf(voice->name, sizeof voice->name, "%s", name);
  if (path != NULL)
    voice->path = host_copy(&pipeline->heap, path, strlen(path));
  else {
    voice->data = host_allocate(&pipeline->heap, bytes);
    voice->bytes = bytes;
    if (voice->data != NULL) memcpy(voice->data, data, bytes);
  }
  if (voice->path == NULL && voice->data == NULL) {
    entry_free(&pipeline->heap, voice);
    return fail(HAFORU_OUT_OF_MEMORY, "the voice", NULL, "no room for its %zu bytes", bytes);
  }
  lock_take(pipeline->lock);
  voice_entry *before = find_loaded(pipeline, name);
  if (before != NULL) before->gone = true;
  sweep(pipeline);
  voice->next = pipeline->voices;
  pipeline->voices = voice;
  pipeline->voice_changes++;
  lock_give(pipeline->lock);
  return HAFORU_OK;
}

haforu_speech_code haforu_speech_voice_load(haforu_speech_pipeline *handle, const char *name, const char *path) {
  haforu_speech_code code;
  pipeline_object *pipeline = pipeline_enter(handle, &code);
  if (pipeline == NULL) return code;
  char own[VOICE_NAME_BYTES + 1];
  int unreadable;
  if (path == NULL || *path == '\0' || strlen(path) >= PATH_BYTES)
    code = fail_argument("path", "expected a path of 1 to %d bytes, got %s", PATH_BYTES - 1, path == NULL ? "NULL" : *path == '\0' ? "an empty one" : "a longer one");
  else if ((unreadable = readable(path)) != 0)
    code = fail(HAFORU_SPEECH_FILE_UNREADABLE, path, "path", "it cannot be read: %s", unreadable < 0 ? "it is no regular file" : strerror(unreadable));
  else {
    if (name == NULL) {
      const char *base = strrchr(path, '/');
      base = base == NULL ? path : base + 1;
#ifdef _WIN32
      if (strrchr(base, '\\') != NULL) base = strrchr(base, '\\') + 1;
#endif
      size_t bytes = strlen(base);
      for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (bytes > strlen(endings[i]) && strcmp(base + bytes - strlen(endings[i]), endings[i]) == 0) bytes -= strlen(endings[i]);
      snprintf(own, sizeof own, "%.*s", bytes > VOICE_NAME_BYTES ? 0 : (int)bytes, base);
      name = own;
    }
    code = add(pipeline, name, path, NULL, 0);
  }
  pipeline_leave(pipeline);
  return code;
}

haforu_speech_code haforu_speech_voice_load_memory(haforu_speech_pipeline *handle, const char *name, const void *data, size_t bytes) {
  haforu_speech_code code;
  pipeline_object *pipeline = pipeline_enter(handle, &code);
  if (pipeline == NULL) return code;
  code = data == NULL || bytes == 0 ? fail_argument("data", "expected the bytes of a voice, got none") : add(pipeline, name, NULL, data, bytes);
  pipeline_leave(pipeline);
  return code;
}

/* --- listing ---------------------------------------------------------------------------------------------------------------------- */

typedef struct voice_names {
  const host_heap *heap;
  size_t count, capacity;
  haforu_speech_voice *list;
  bool failed;
} voice_names;

/* A list is one block per string behind an array; its first entry before the array tells where it came from. */
static void note(voice_names *names, const char *name, const char *source) {
  for (size_t i = 0; i < names->count; i++)
    if (strcmp(names->list[i].name, name) == 0) return;
  if (names->failed || names->count == VOICES_MAX) return;
  if (names->count == names->capacity) {
    const size_t capacity = names->capacity == 0 ? 8 : names->capacity * 2;
    haforu_speech_voice *larger = realloc(names->list, (capacity + 1) * sizeof *larger);
    if (larger == NULL) {
      names->failed = true;
      return;
    }
    names->list = larger;
    names->capacity = capacity;
  }
  const size_t name_bytes = strlen(name) + 1, source_bytes = strlen(source) + 1;
  char *texts = malloc(name_bytes + source_bytes);
  if (texts == NULL) {
    names->failed = true;
    return;
  }
  memcpy(texts, name, name_bytes);
  memcpy(texts + name_bytes, source, source_bytes);
  names->list[names->count++] = (haforu_speech_voice){texts, texts + name_bytes};
}

static void note_file(voice_names *names, const char *folder, const char *file) {
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
    const size_t bytes = strlen(file), ending = strlen(endings[i]);
    if (bytes <= ending || strcmp(file + bytes - ending, endings[i]) != 0 || bytes - ending > VOICE_NAME_BYTES) continue;
    char name[VOICE_NAME_BYTES + 1], path[PATH_BYTES];
    snprintf(name, sizeof name, "%.*s", (int)(bytes - ending), file);
    if (voice_name_valid(name) && snprintf(path, sizeof path, "%s/%s", folder, file) < (int)sizeof path) note(names, name, path);
  }
}

static void note_folder(voice_names *names, const char *folder) {
#ifdef _WIN32
  char pattern[PATH_BYTES + 4];
  snprintf(pattern, sizeof pattern, "%s\\*", folder);
  WIN32_FIND_DATAA found;
  HANDLE search = FindFirstFileA(pattern, &found);
  if (search == INVALID_HANDLE_VALUE) return;
  do note_file(names, folder, found.cFileName);
  while (FindNextFileA(search, &found));
  FindClose(search);
#else
  DIR *open = opendir(folder);
  if (open == NULL) return;
  for (struct dirent *entry = readdir(open); entry != NULL; entry = readdir(open)) note_file(names, folder, entry->d_name);
  closedir(open);
#endif
}

static int by_name(const void *a, const void *b) { return strcmp(((const haforu_speech_voice *)a)->name, ((const haforu_speech_voice *)b)->name); }

static haforu_speech_code list_voices(pipeline_object *pipeline, haforu_speech_voice **out, size_t *count) {
  voice_names names = {&pipeline->heap, 0, 0, NULL, false};
  lock_take(pipeline->lock);
  for (const voice_entry *voice = pipeline->voices; voice != NULL; voice = voice->next)
    if (!voice->gone) note(&names, voice->name, voice->path == NULL ? "memory" : voice->path);
  lock_give(pipeline->lock);
  const char *list = pipeline->config.voice_path;
  char folder[PATH_BYTES];
  while (next_folder(&list, folder)) note_folder(&names, folder);
  if (names.list == NULL && !names.failed) names.list = malloc(sizeof *names.list);
  if (names.failed || names.list == NULL) {
    for (size_t i = 0; i < names.count; i++) free((char *)(uintptr_t)names.list[i].name);
    free(names.list);
    return fail(HAFORU_OUT_OF_MEMORY, "the list of voices", NULL, NULL);
  }
  if (names.count > 1) qsort(names.list, names.count, sizeof *names.list, by_name);
  names.list[names.count] = (haforu_speech_voice){NULL, NULL};
  *out = names.list;
  *count = names.count;
  return HAFORU_OK;
}

haforu_speech_code haforu_speech_voice_list(haforu_speech_pipeline *handle, haforu_speech_voice **out, size_t *count) {
  if (out == NULL || count == NULL) return fail_argument(out == NULL ? "out" : "count", "expected a pointer, got NULL");
  *out = NULL;
  *count = 0;
  haforu_speech_code code;
  pipeline_object *pipeline = pipeline_enter(handle, &code);
  if (pipeline == NULL) return code;
  code = list_voices(pipeline, out, count);
  pipeline_leave(pipeline);
  return code;
}

haforu_speech_code haforu_speech_voice_list_free(haforu_speech_voice *list) {
  if (list == NULL) return HAFORU_OK;
  for (haforu_speech_voice *voice = list; voice->name != NULL; voice++) free((char *)(uintptr_t)voice->name);
  free(list);
  return HAFORU_OK;
}

haforu_speech_code haforu_speech_voice_set(haforu_speech_pipeline *handle, const char *name) {
  haforu_speech_code code;
  pipeline_object *pipeline = pipeline_enter(handle, &code);
  if (pipeline == NULL) return code;
  char path[PATH_BYTES];
  if (name == NULL || !voice_name_valid(name))
    code = fail_argument("name", "expected the name of a voice, 1 to 64 of A–Z a–z 0–9 . _ -, got \"%.80s\"", name == NULL ? "NULL" : name);
  else {
    lock_take(pipeline->lock);
    bool known = find_loaded(pipeline, name) != NULL;
    lock_give(pipeline->lock);
    known = known || find_in_folders(pipeline, name, path);
    if (known) {
      lock_take(pipeline->lock);
      snprintf(pipeline->voice, sizeof pipeline->voice, "%s", name);
      lock_give(pipeline->lock);
    } else
      code = fail(HAFORU_SPEECH_VOICE_NOT_FOUND, name, "name", "it was not loaded, and is in no folder of voice_path; haforu_speech_voice_list tells those that are there");
  }
  pipeline_leave(pipeline);
  return code;
}

haforu_speech_code haforu_speech_voice_get(haforu_speech_pipeline *handle, char *buffer, size_t bytes) {
  haforu_speech_code code;
  pipeline_object *pipeline = pipeline_enter(handle, &code);
  if (pipeline == NULL) return code;
  lock_take(pipeline->lock);
  const size_t needed = strlen(pipeline->voice) + 1;
  if (buffer != NULL && bytes >= needed) memcpy(buffer, pipeline->voice, needed);
  lock_give(pipeline->lock);
  if (buffer == NULL || bytes < needed) code = fail_argument("bytes", "expected a buffer of %zu bytes or more, got %zu", needed, buffer == NULL ? (size_t)0 : bytes);
  pipeline_leave(pipeline);
  return code;
}
