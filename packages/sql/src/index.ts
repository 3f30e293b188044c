// What programs import: errors, the version.
export { SqlError, type SqlErrorCode, type SqlPlace } from "./errors.ts";
export { VERSION } from "./version.ts";
