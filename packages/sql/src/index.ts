// What programs import: errors, the version.
export { SqlError, type SqlErrorCode, type SqlPlace } from "./errors.ts";
export { type Omission, type SchemaOnly, type SchemaOnlyOptions, schemaOnly } from "./filter/schema-only.ts";
export type { StatementKind } from "./scan/heads.ts";
export type { ProblemCode, ScanProblem } from "./scan/problems.ts";
export type { ByteRange, PsqlCommand } from "./scan/psql.ts";
export { type ScannedStatement, type ScanResult, scan } from "./scan/scan.ts";
export { type ByteScan, type ScanOptions, type Statement, scanBytes, type Terminator } from "./scan/statements.ts";
export { VERSION } from "./version.ts";
