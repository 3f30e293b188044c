/* Tasks: texts spoken in the pipeline's own threads. In: a request; out: its audio, to a callback or to who waits. Threads start with the first task. */
#include <stdio.h>

#include "speech.h"

/* The task's last owner and user are gone. */
void task_destroy(void *object) {
  task_object *task = object;
  const host_heap heap = task->heap;
  if (task->audio != 0) handle_release(KIND_AUDIO, (const void *)task->audio);
  host_release(&heap, task->request);
  host_release(&heap, task->error);
  host_release(&heap, task->details);
  lock_destroy(task->lock);
  host_release(&heap, task->lock);
  host_release(&heap, task);
}

static _Thread_local task_object *at_work; /* of this thread, which is a pipeline's */

pipeline_object *pipeline_of_thread(void) { return at_work == NULL ? NULL : at_work->pipeline; }

static void finish(task_object *task, haforu_speech_code code, uintptr_t audio) {
  if (code != HAFORU_OK) {
    task->error = host_copy(&task->heap, error_message(), strlen(error_message()));
    task->details = host_copy(&task->heap, error_details(), strlen(error_details()));
  }
  if (task->done != NULL) {
    task->done(task->user, code, (haforu_speech_audio *)audio);
    audio = 0;
  }
  lock_take(task->lock);
  task->code = code;
  task->audio = audio;
  task->ended = true;
  lock_wake_all(task->lock);
  lock_give(task->lock);
  handle_unpin(task->self);
}

/* Takes the first task of the queue; NULL: the pipeline closes. */
static task_object *next_task(pipeline_object *pipeline) {
  lock_take(pipeline->lock);
  while (pipeline->first == NULL && !pipeline->closing) lock_wait(pipeline->lock);
  task_object *task = pipeline->first;
  if (task != NULL) {
    pipeline->first = task->next;
    if (pipeline->first == NULL) pipeline->last = NULL;
    pipeline->waiting--;
  }
  lock_give(pipeline->lock);
  return task;
}

static void work(void *argument) {
  pipeline_object *pipeline = argument;
  for (task_object *task = next_task(pipeline); task != NULL; task = next_task(pipeline)) {
    uintptr_t audio = 0;
    error_forget();
    at_work = task;
    const haforu_speech_code code = speak_whole(pipeline, &task->call, task->request, task->request_bytes, &audio);
    finish(task, code, audio);
    at_work = NULL;
  }
}

void tasks_end(pipeline_object *pipeline) {
  /* The threads end the tasks that wait, each as cancelled. */
  for (uint32_t i = 0; i < pipeline->thread_count; i++) thread_join(&pipeline->heap, pipeline->workers[i]);
  pipeline->thread_count = 0;
}

static haforu_speech_code put_in_queue(pipeline_object *pipeline, task_object *task) {
  haforu_speech_code code = HAFORU_OK;
  lock_take(pipeline->lock);
  if (pipeline->closing)
    code = fail_handle("pipeline");
  else if (pipeline->waiting >= pipeline->config.queue)
    code = fail_argument("queue", "%u tasks wait, as many as the configuration lets: wait for some", pipeline->waiting);
  /* One more thread where all that there are may be busy. */
  if (code == HAFORU_OK && pipeline->thread_count < pipeline->threads) {
    host_thread *thread = thread_start(&pipeline->heap, work, pipeline);
    if (thread != NULL)
      pipeline->workers[pipeline->thread_count++] = thread;
    else if (pipeline->thread_count == 0)
      code = fail(HAFORU_OUT_OF_MEMORY, "the pipeline", NULL, "no thread could be started");
  }
  if (code == HAFORU_OK) {
    if (pipeline->last != NULL)
      pipeline->last->next = task;
    else
      pipeline->first = task;
    pipeline->last = task;
    pipeline->waiting++;
    lock_wake_all(pipeline->lock);
  }
  lock_give(pipeline->lock);
  return code;
}

static haforu_speech_code begin(pipeline_object *pipeline, const char *text, size_t bytes, const haforu_speech_options *options, haforu_speech_done done, void *user, haforu_speech_task **out) {
  /* A task may outlive its pipeline: what it has is counted in the totals alone. */
  const host_heap heap = {pipeline->heap.allocator, NULL};
  host_buffer request = {NULL, 0, 0};
  haforu_speech_code code = speech_request_of(pipeline, &request, text, bytes, false, options, "result");
  task_object *task = code == HAFORU_OK ? host_allocate(&heap, sizeof *task) : NULL;
  if (task != NULL) {
    memset(task, 0, sizeof *task);
    task->heap = heap;
    task->pipeline = pipeline;
    task->done = done;
    task->user = user;
    task->request = host_copy(&heap, request.data, request.bytes);
    task->request_bytes = request.bytes;
    task->lock = host_allocate(&heap, lock_bytes());
  }
  buffer_free(&pipeline->heap, &request);
  if (code != HAFORU_OK) return code;
  if (task == NULL || task->request == NULL || task->lock == NULL || !lock_init(task->lock)) {
    if (task != NULL) {
      host_release(&heap, task->request);
      host_release(&heap, task->lock);
      host_release(&heap, task);
    }
    return fail(HAFORU_OUT_OF_MEMORY, "the task", NULL, NULL);
  }
  task->self = handle_open(KIND_TASK, task);
  if (task->self == 0) {
    task_destroy(task);
    return fail(HAFORU_OUT_OF_MEMORY, "the task", NULL, "262144 handles are open: give some back");
  }
  const uintptr_t self = task->self;
  handle_pin(KIND_TASK, self); /* the queue's */
  code = put_in_queue(pipeline, task);
  if (code != HAFORU_OK) {
    handle_unpin(self);
    handle_release(KIND_TASK, (const void *)self);
  } else if (out != NULL)
    *out = (haforu_speech_task *)self;
  else
    handle_release(KIND_TASK, (const void *)self);
  return code;
}

haforu_speech_code haforu_speech_synthesize_async(haforu_speech_pipeline *handle, const char *text, size_t bytes, const haforu_speech_options *options, haforu_speech_done done, void *user,
                                                  haforu_speech_task **out) {
  if (out != NULL) *out = NULL;
  if (out == NULL && done == NULL) return fail_argument("done", "expected a function, or a place for the task: nobody would hear of its end");
  haforu_speech_code code = speech_text("text", text, &bytes);
  if (code != HAFORU_OK) return code;
  pipeline_object *pipeline = pipeline_enter(handle, &code);
  if (pipeline == NULL) return code;
  code = begin(pipeline, text, bytes, options, done, user, out);
  pipeline_leave(pipeline);
  return code;
}

haforu_speech_code haforu_speech_task_wait(haforu_speech_task *handle, haforu_speech_audio **out) {
  if (out != NULL) *out = NULL;
  task_object *task = handle_pin(KIND_TASK, (uintptr_t)handle);
  if (task == NULL) return fail_handle("task");
  if (task == at_work) {
    handle_unpin((uintptr_t)handle);
    return fail_argument("task", "it cannot be waited for in its own callback: it ends behind it");
  }
  lock_take(task->lock);
  while (!task->ended) lock_wait(task->lock);
  const haforu_speech_code code = task->code;
  if (code == HAFORU_OK && out != NULL) {
    *out = (haforu_speech_audio *)task->audio;
    task->audio = 0;
  }
  if (code != HAFORU_OK) fail_kept(code, task->error == NULL ? "the task failed" : task->error, task->details == NULL ? "{}" : task->details);
  lock_give(task->lock);
  handle_unpin((uintptr_t)handle);
  return code;
}

haforu_speech_code haforu_speech_task_cancel(haforu_speech_task *handle) {
  task_object *task = handle_pin(KIND_TASK, (uintptr_t)handle);
  if (task == NULL) return fail_handle("task");
  /* The pipeline lives as long as the task has not ended. */
  lock_take(task->lock);
  if (!task->ended) {
    lock_take(task->pipeline->lock);
    call_cancel(&task->call);
    lock_wake_all(task->pipeline->lock);
    lock_give(task->pipeline->lock);
  }
  lock_give(task->lock);
  handle_unpin((uintptr_t)handle);
  return HAFORU_OK;
}

haforu_speech_code haforu_speech_task_release(haforu_speech_task *handle) { return handle_release(KIND_TASK, handle); }
