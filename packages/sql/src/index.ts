// What programs import: building, hashing, comparing of schemas, and their records. Curated; nothing is written here.

export { buildSchema, hashSchema, type SchemaBuild, type SchemaHash } from "./build/build.ts";
export { type CheckSchemaOptions, checkSchema, type SchemaCheck } from "./build/check.ts";
export { type BuildOptions, DEFAULT_OPTIONS, type GivenFile, type SchemaOptions } from "./build/options.ts";
export type { FileOmission } from "./build/read-schema.ts";
export { type CheckFile, type CheckOptions, type CheckResult, checkFiles, type StatementParser } from "./check/check.ts";
export { type Finding, type FindingCode, findingText } from "./check/findings.ts";
export { loadParser } from "./check/parser.ts";
export { type MovedForeignKey, type TwoPass, twoPassForeignKeys } from "./check/two-pass.ts";
export type { EngineName, EngineReport } from "./engine/choose.ts";
export type { Control, Progress } from "./engine/control.ts";
export { SqlError, type SqlErrorCode, type SqlPlace } from "./errors.ts";
export { type Omission, type SchemaOnly, type SchemaOnlyOptions, schemaOnly } from "./filter/schema-only.ts";
export { diffManifests, type Moved, type SchemaDiff } from "./hash/diff.ts";
export { type HashedFile, h1 } from "./hash/h1.ts";
export { type Manifest, type ManifestFile, manifestText, parseManifest } from "./hash/manifest.ts";
export type { ConfigSettings } from "./input/config.ts";
export type { StatementKind } from "./scan/heads.ts";
export type { ProblemCode, ScanProblem } from "./scan/problems.ts";
export type { ByteRange, PsqlCommand } from "./scan/psql.ts";
export { type ScannedStatement, type ScanResult, scan } from "./scan/scan.ts";
export { type ByteScan, type ScanOptions, type Statement, scanBytes, type Terminator } from "./scan/statements.ts";
export { VERSION } from "./version.ts";
export type { SqlWarning, SqlWarningCode } from "./warnings.ts";
export { type Changes, Rebuild } from "./watch/rebuild.ts";
export { type WatchEvent, type WatchOptions, watch } from "./watch/watch.ts";
