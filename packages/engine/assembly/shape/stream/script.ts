// The script of a code point, for guessing and for itemisation (UAX #24), as ISO 15924 tags.
import { extensionsOf, hasScript, SCRIPT_COMMON, SCRIPT_COUNT, SCRIPT_INHERITED, SCRIPT_UNKNOWN, scriptOf, scriptTag } from "../../text/generated/scripts";

/** "Zyyy". */
export const COMMON: u32 = 0x5a797979;

/** An ISO 15924 tag, or 0 for a character that takes the script of its neighbours (Common, Inherited, Unknown). */
export function tagOf(codePoint: u32): u32 {
  const script = scriptOf(codePoint);
  return script == SCRIPT_COMMON || script == SCRIPT_INHERITED || script == SCRIPT_UNKNOWN ? 0 : scriptTag(script);
}

/** Whether a character of script `tag` is used with script `current` too (Script_Extensions), so that it does not end a run of that. */
export function goesWith(codePoint: u32, current: u32): bool {
  for (let script: u32 = 0; script < SCRIPT_COUNT; script++) if (scriptTag(script) == current) return hasScript(codePoint, script);
  return false;
}

/** Whether a character of no script of its own is used with some scripts and not with others, as the ideographic comma is; marks, which go with their letters, aside. */
export function choosy(codePoint: u32): bool {
  return scriptOf(codePoint) == SCRIPT_COMMON && extensionsOf(codePoint) != 0;
}
