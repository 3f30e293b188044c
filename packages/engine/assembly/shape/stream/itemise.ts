// Where the run at the front ends by script, and in which script it is (UAX #24). What has no script of its own goes with what stands in front of it, at a run's beginning with what follows, with two exceptions:
// a closing bracket takes the script of its opener; and characters that Script_Extensions keeps from the script in front go with the one behind, where they are used with that.
// Nothing is told of a character before the text that decides is held, or max_buffer is full.
import { hb_script_from_iso15924_tag, hb_script_get_horizontal_direction, malloc } from "../../native";
import { closerOf, closing } from "../../text/generated/brackets";
import { categoryOf, GC_CLOSE_PUNCTUATION, GC_OPEN_PUNCTUATION, properties } from "../../text/generated/properties";
import { LTR, TTB } from "../shape";
import { COMMON, choosy, goesWith, tagOf } from "./script";
import { heldAt, ITEMISE, Run, Stream } from "./state";
import { WARN_SCRIPT_UNDECIDED, warn } from "./warn";

/** Brackets that may be open at once (UAX #9, BD16 has 63); of more the outermost are forgotten. */
const BRACKETS: u32 = 64;

/** An open bracket. */
@unmanaged
class Bracket {
  at: f64; // its cluster id
  closer: u32;
  script: u32; // of its run; 0: not known yet
}

function bracketAt(s: Stream, i: u32): Bracket {
  return changetype<Bracket>(s.brackets + <usize>i * offsetof<Bracket>());
}

/**
 * Finds the script of the run at the front, where none is given, in its first `length` held code points; sets the direction when both are known. Returns how many of them belong to it; less than `length`: the run ends
 * there, or, where run.open is not 0, text to come tells whether what follows belongs to it. `closed`: the text of the run is all held.
 */
export function resolveScript(s: Stream, run: Run, length: u32, closed: bool): u32 {
  let script: u32 = run.script != 0 ? run.script : run.usedScript;
  const itemise = (s.options & ITEMISE) != 0 && run.script == 0;
  if (script == 0 || itemise) {
    for (let i = run.scanned; i < length; i++) {
      const codePoint = load<u32>(heldAt(s, i));
      const found = tagOf(codePoint);
      if (found == 0) {
        if (!itemise) continue;
        const opener = bracket(s, i, codePoint, script);
        if (opener != 0) {
          if (script == 0) script = opener;
          if (opener != script) return endAt(s, run, script, i, opener);
          run.open = 0;
        } else if (script != 0 && choosy(codePoint)) {
          if (goesWith(codePoint, script)) run.open = 0;
          else if (run.open == 0) run.open = i + 1;
        }
        continue;
      }
      if (script == 0) {
        script = found;
        nameBrackets(s, script);
      } else if (found != script && !goesWith(codePoint, script)) return endAt(s, run, script, firstOf(s, run, i, found), 0);
      run.open = 0;
      if (!itemise) break;
    }
    run.scanned = length;
    if (closed) run.open = 0;
    if (script == 0) {
      if (!closed && length < s.max) return length;
      if (!closed) {
        warn(s, WARN_SCRIPT_UNDECIDED, s.base, 0);
        run.unscripted = 1;
        s.forced++;
      }
      script = COMMON;
    }
  }
  if (run.usedDirection == 0) decide(run, script);
  return run.open != 0 ? run.open - 1 : length;
}

/** What text to come would have told of the characters from run.open on stays open: max_buffer is full. They stay with the run. */
export function giveUp(s: Stream, run: Run): void {
  warn(s, WARN_SCRIPT_UNDECIDED, s.base + <f64>(run.open - 1), 0);
  run.open = 0;
  run.touched = 1;
  s.forced++;
}

function decide(run: Run, script: u32): void {
  const natural: u32 = script == COMMON ? LTR : hb_script_get_horizontal_direction(hb_script_from_iso15924_tag(script));
  run.usedScript = script;
  run.usedDirection = run.direction != 0 ? run.direction : natural < LTR ? LTR : natural;
  // hb_ensure_native_direction turns such a buffer round before it is shaped
  run.reversed = run.usedDirection >= TTB ? (run.usedDirection != TTB ? 1 : 0) : natural >= LTR && natural != run.usedDirection ? 1 : 0;
}

// the run ends in front of held code point `at`; the next one is in script `next`, 0: its text tells
function endAt(s: Stream, run: Run, script: u32, at: u32, next: u32): u32 {
  run.scanned = at;
  run.open = 0;
  s.nextScript = next;
  while (s.bracketCount > 0 && bracketAt(s, s.bracketCount - 1).at >= s.base + <f64>at) s.bracketCount--;
  if (run.usedDirection == 0) decide(run, script);
  return at;
}

// the first of the characters in front of held code point `i` that is not used with the run's script and is with `script`, all behind it being too; `i`: there is none
function firstOf(s: Stream, run: Run, i: u32, script: u32): u32 {
  let first = i;
  for (let k = run.open == 0 ? i : run.open - 1; k < i; k++) {
    const codePoint = load<u32>(heldAt(s, k));
    if (!choosy(codePoint)) continue;
    if (!goesWith(codePoint, script)) first = i;
    else if (first == i) first = k;
  }
  return first;
}

// notes an opening bracket; of a closing one the script of its opener, 0 where that is not known. Where that is the run's script the pair is done.
function bracket(s: Stream, i: u32, codePoint: u32, script: u32): u32 {
  const category = categoryOf(properties(codePoint));
  if (category == GC_CLOSE_PUNCTUATION) {
    const closer = closing(codePoint);
    for (let k = s.bracketCount; k-- > 0; ) {
      const open = bracketAt(s, k);
      if (open.closer != closer) continue;
      const opener = open.script;
      if (opener == 0 || script == 0 || opener == script) s.bracketCount = k;
      return opener;
    }
    return 0;
  }
  const closer: u32 = category == GC_OPEN_PUNCTUATION ? closerOf(codePoint) : 0;
  if (closer == 0) return 0;
  if (s.brackets == 0) s.brackets = malloc(BRACKETS * offsetof<Bracket>());
  // without memory brackets are characters like others
  if (s.brackets == 0) return 0;
  if (s.bracketCount == BRACKETS) {
    s.bracketCount--;
    memory.copy(s.brackets, s.brackets + offsetof<Bracket>(), <usize>s.bracketCount * offsetof<Bracket>());
  }
  const open = bracketAt(s, s.bracketCount++);
  open.at = s.base + <f64>i;
  open.closer = closer;
  open.script = script;
  return 0;
}

// brackets in front of a run's first letter are in its script
function nameBrackets(s: Stream, script: u32): void {
  for (let k = s.bracketCount; k-- > 0 && bracketAt(s, k).script == 0; ) bracketAt(s, k).script = script;
}
