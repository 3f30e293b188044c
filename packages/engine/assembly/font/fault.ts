// What went wrong with a font or an instance, for the layer above to word: a code of the contract and its details. One fault at a time.

/** The contract's error number (positive); 0: no fault. */
export let faultCode: i32 = 0;
/** A four-byte table or axis tag the fault speaks of, or 0. */
export let faultTag: u32 = 0;
/** A number the fault speaks of (the reason of the font check, a count of faces). */
export let faultNumber: f64 = 0;

/** Records a fault and returns its status, the negative code. */
export function fault(code: i32, tag: u32 = 0, number: f64 = 0): i32 {
  faultCode = code;
  faultTag = tag;
  faultNumber = number;
  return -code;
}
