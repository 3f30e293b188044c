// What can change in mid-stream: features, language, script, direction and font, each pushed and popped between two code points.
// A change ends the run at hand: the next one begins with the next code point. Knows nothing of shaping.
import { free, malloc, realloc } from "../../native";
import { FEATURE_BYTES } from "../features";
import { RUNS_MAX, Run, runAt, Stream } from "./state";

/** Kinds of settings; each has a stack of its own. */
export const KIND_FEATURES: u32 = 1;
export const KIND_LANGUAGE: u32 = 2;
export const KIND_SCRIPT: u32 = 3;
export const KIND_DIRECTION: u32 = 4;
export const KIND_FONT: u32 = 5;

/** One push: what it sets, and for features an owned block. */
@unmanaged
class Setting {
  kind: u32;
  value: u32; // a script, a direction, an instance's handle, or how many features
  pointer: usize; // hb_feature_t × value (owned), hb_language_t, or hb_font_t
  owner: usize; // of a font
}

/** The first fields of what a font is known by: how many runs and settings of streams use it, and whether it has a state machine (then 1). */
@unmanaged
class Owner {
  uses: u32;
  machine: u32;
}

function settingAt(s: Stream, i: u32): Setting {
  return changetype<Setting>(s.stack + <usize>i * offsetof<Setting>());
}

function use(owner: usize): void {
  if (owner != 0) changetype<Owner>(owner).uses++;
}
function leave(owner: usize): void {
  if (owner != 0) changetype<Owner>(owner).uses--;
}

/** The first settings of a stream. False: no memory. */
export function settingsBegin(s: Stream, font: usize, owner: usize, instance: u32, script: u32, direction: u32, language: usize): bool {
  // the bottom of the stack has one setting of each kind, which no pop reaches; the features come from the caller
  return (
    settingPush(s, KIND_LANGUAGE, 0, language, 0) &&
    settingPush(s, KIND_SCRIPT, script, 0, 0) &&
    settingPush(s, KIND_DIRECTION, direction, 0, 0) &&
    settingPush(s, KIND_FONT, instance, font, owner)
  );
}
/** Settings at the bottom of the stack. */
const BOTTOM: u32 = 5;

/** Pushes that are not popped yet. */
export function settingTotal(s: Stream): u32 {
  return s.depth - min(s.depth, BOTTOM);
}

/** Puts a setting on the stack; features are taken over. False: no memory, and nothing was taken. The caller then calls runBegin. */
export function settingPush(s: Stream, kind: u32, value: u32, pointer: usize, owner: usize): bool {
  const bytes = <usize>(s.depth + 1) * offsetof<Setting>();
  const grown = s.stack == 0 ? malloc(bytes) : realloc(s.stack, bytes);
  if (grown == 0) return false;
  s.stack = grown;
  const setting = settingAt(s, s.depth++);
  setting.kind = kind;
  setting.value = value;
  setting.pointer = pointer;
  setting.owner = owner;
  use(owner);
  return true;
}

/** Takes the last setting of a kind off the stack. False: there is none but the first. The caller then calls runBegin. */
export function settingPop(s: Stream, kind: u32): bool {
  for (let i = s.depth; i > BOTTOM; i--) {
    const setting = settingAt(s, i - 1);
    if (setting.kind != kind) continue;
    drop(setting);
    memory.copy(changetype<usize>(setting), changetype<usize>(setting) + offsetof<Setting>(), <usize>(s.depth - i) * offsetof<Setting>());
    s.depth--;
    return true;
  }
  return false;
}

function drop(setting: Setting): void {
  if (setting.kind == KIND_FEATURES) free(setting.pointer);
  leave(setting.owner);
}

/** Features in force at the end of the text. */
export function featureTotal(s: Stream): u32 {
  let count: u32 = 0;
  for (let i: u32 = 0; i < s.depth; i++) if (settingAt(s, i).kind == KIND_FEATURES) count += settingAt(s, i).value;
  return count;
}

/** Whether a change can begin a run now: the ring has room, or the last run is empty and is only changed. */
export function runFits(s: Stream): bool {
  return s.runCount < RUNS_MAX || lastIsEmpty(s);
}

function lastIsEmpty(s: Stream): bool {
  return s.runCount > 0 && runAt(s, s.runCount - 1).start == s.base + <f64>s.held;
}

/** Begins a run at the end of the text, with the settings in force. The ring has room (runFits). False: no memory; the run before goes on. */
export function runBegin(s: Stream): bool {
  const count = featureTotal(s);
  let features: usize = 0;
  if (count > 0) {
    features = malloc(<usize>count * FEATURE_BYTES);
    if (features == 0) return false;
  }
  if (lastIsEmpty(s)) runDrop(runAt(s, --s.runCount));
  const run = runAt(s, s.runCount++);
  memory.fill(changetype<usize>(run), 0, offsetof<Run>());
  run.start = s.base + <f64>s.held;
  run.features = features;
  run.featureCount = count;
  let filled: usize = 0;
  for (let i: u32 = 0; i < s.depth; i++) {
    const setting = settingAt(s, i);
    if (setting.kind == KIND_FEATURES) {
      memory.copy(features + filled * FEATURE_BYTES, setting.pointer, <usize>setting.value * FEATURE_BYTES);
      filled += setting.value;
    } else if (setting.kind == KIND_LANGUAGE) run.language = setting.pointer;
    else if (setting.kind == KIND_SCRIPT) run.script = setting.value;
    else if (setting.kind == KIND_DIRECTION) run.direction = setting.value;
    else {
      run.font = setting.pointer;
      run.instance = setting.value;
      run.owner = setting.owner;
    }
  }
  use(run.owner);
  run.machine = changetype<Owner>(run.owner).machine;
  return true;
}

function runDrop(run: Run): void {
  free(run.features);
  leave(run.owner);
}

/** The run at the front is done. */
export function runDone(s: Stream): void {
  runDrop(runAt(s, 0));
  s.runFirst = (s.runFirst + 1) % RUNS_MAX;
  s.runCount--;
  s.runsDone++;
}

/** Before streamFree: lets go of every run and setting. */
export function settingsFree(s: Stream): void {
  for (let i: u32 = 0; i < s.runCount; i++) runDrop(runAt(s, i));
  for (let i: u32 = 0; i < s.depth; i++) drop(settingAt(s, i));
  s.runCount = 0;
  s.depth = 0;
}
