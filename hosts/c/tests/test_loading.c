/* Libraries loaded into a program that runs, as interpreters and plug-ins load them, all of those given, from several threads; an error in each thread leaves nothing behind. In: for each library its path, a function
 * that refuses a NULL handle, and the one that tells the last error. Linked to none of them. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { THREADS = 8, TIMES = 10 };

static int count;
static char **words;
static int failures[THREADS];

/* The head of haforu_error_info and haforu_speech_error_info. */
typedef struct error_info {
  int code;
  const char *name, *message, *details;
  void *more[4];
} error_info;

static int once(void) {
  int failed = 0;
  void *libraries[8] = {NULL};
  for (int i = 0; i < count; i++) {
    libraries[i] = dlopen(words[i * 3], RTLD_NOW);
    if (libraries[i] == NULL) {
      fprintf(stderr, "%s\n", dlerror());
      failed++;
      continue;
    }
    int (*refuse)(void *) = (int (*)(void *))dlsym(libraries[i], words[i * 3 + 1]);
    int (*last)(error_info *) = (int (*)(error_info *))dlsym(libraries[i], words[i * 3 + 2]);
    error_info error = {0, "", "", "", {NULL}};
    if (refuse == NULL || last == NULL || refuse(NULL) == 0 || last(&error) != 0 || strcmp(error.name, "invalid_handle") != 0 || strstr(error.message, "was released") == NULL) {
      fprintf(stderr, "%s: %s\n", words[i * 3], error.message);
      failed++;
    }
  }
  for (int i = 0; i < count; i++)
    if (libraries[i] != NULL) dlclose(libraries[i]);
  return failed;
}

static void *run(void *failed) {
  for (int i = 0; i < TIMES; i++) *(int *)failed += once();
  return NULL;
}

int main(int argc, char **argv) {
  pthread_t threads[THREADS];
  count = (argc - 1) / 3;
  words = argv + 1;
  int failed = count < 1 || count > 8 || once() > 0;
  for (int i = 0; i < THREADS; i++)
    if (pthread_create(&threads[i], NULL, run, &failures[i]) != 0) return 1;
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
    failed += failures[i];
  }
  printf("%d libraries, %d failures\n", count, failed);
  return failed > 0;
}
