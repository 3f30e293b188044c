// The script of a code point, for guessing and for itemisation (UAX #24).
import { hb_unicode_funcs_get_default, hb_unicode_script } from "../../native";

/** "Zyyy", "Zinh", "Zzzz": characters without a script of their own. */
export const COMMON: u32 = 0x5a797979;
const INHERITED: u32 = 0x5a696e68;
const UNKNOWN: u32 = 0x5a7a7a7a;

/** An ISO 15924 tag, or 0 for a character that takes the script of its neighbours. */
export function scriptOf(codePoint: u32): u32 {
  const script = hb_unicode_script(hb_unicode_funcs_get_default(), codePoint);
  return script == COMMON || script == INHERITED || script == UNKNOWN ? 0 : script;
}
