// Names of error codes, from the contract's table.
import { ERROR_NAMES, TEXTS } from "../generated/contract";

/** The name of an error of the contract (ASCII, static). */
export function errorNamePtr(errorCode: i32): usize {
  return TEXTS + <usize>load<u32>(ERROR_NAMES + (<usize>errorCode << 3));
}
export function errorNameLen(errorCode: i32): u32 {
  return load<u32>(ERROR_NAMES + (<usize>errorCode << 3), 4);
}
