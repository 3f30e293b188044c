// What a SET or RESET says of standard_conforming_strings, which decides whether a backslash escapes in '…'.

/** SET [SESSION | LOCAL] name { = | TO } value, with nothing but white space between the words. */
const SET = /^set\s+(?:session\s+|local\s+)?"?standard_conforming_strings"?\s*(?:=|\s+to\s)\s*'?(\w+)'?\s*$/i;
const RESET = /^reset\s+(?:all|"?standard_conforming_strings"?)\s*$/i;
/** PostgreSQL takes unique beginnings of these for a boolean (src/backend/utils/adt/bool.c). */
const OFF = /^(?:f|fa|fal|fals|false|n|no|of|off|0)$/i;

/** True or false when the statement turns standard_conforming_strings on or off (RESET and DEFAULT: the server's default, on); otherwise undefined. */
export function settingOf(statement: string): boolean | undefined {
  if (RESET.test(statement)) return true;
  const value = SET.exec(statement)?.[1];
  return value === undefined ? undefined : !OFF.test(value);
}
