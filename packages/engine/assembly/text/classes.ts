// Groups of property values that rules ask for together: marks, digits, viramas, consonants. Records come from generated/properties.
import {
  categoryOf,
  GC_DECIMAL_NUMBER,
  GC_ENCLOSING_MARK,
  GC_NONSPACING_MARK,
  INSC_CONSONANT,
  INSC_CONSONANT_KILLER,
  INSC_CONSONANT_WITH_STACKER,
  INSC_INVISIBLE_STACKER,
  INSC_NUMBER_JOINER,
  INSC_PURE_KILLER,
  INSC_REORDERING_KILLER,
  INSC_VIRAMA,
  syllabicOf,
} from "./generated/properties";

/** General_Category Mn, Mc or Me: a combining mark. */
export function isMark(record: u32): bool {
  const category = categoryOf(record);
  return category >= GC_NONSPACING_MARK && category <= GC_ENCLOSING_MARK;
}

/** General_Category Nd: a digit of any script. */
export function isDecimalDigit(record: u32): bool {
  return categoryOf(record) == GC_DECIMAL_NUMBER;
}

/** A sign that kills a vowel or stacks what follows: Virama, Pure_Killer, Invisible_Stacker, Reordering_Killer, Consonant_Killer, Number_Joiner. */
export function isVirama(record: u32): bool {
  const syllabic = syllabicOf(record);
  return (
    syllabic == INSC_VIRAMA ||
    syllabic == INSC_INVISIBLE_STACKER ||
    syllabic == INSC_PURE_KILLER ||
    syllabic == INSC_REORDERING_KILLER ||
    syllabic == INSC_CONSONANT_KILLER ||
    syllabic == INSC_NUMBER_JOINER
  );
}

/** Any of Indic_Syllabic_Category's consonants, dead, medial, subjoined and placeholder ones included. */
export function isConsonant(record: u32): bool {
  const syllabic = syllabicOf(record);
  return syllabic >= INSC_CONSONANT && syllabic <= INSC_CONSONANT_WITH_STACKER && syllabic != INSC_CONSONANT_KILLER;
}
