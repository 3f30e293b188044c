// What `haforu/report` offers: result lines in, HTML for people out. Node only (it compresses pictures with zlib).

export { ComparisonReport, type ComparisonReportOptions, DEFAULT_COMPARISON_REPORT_OPTIONS } from "./comparison.ts";
export { contactSheet, DEFAULT_SHEET_OPTIONS, type SheetOptions } from "./contact-sheet.ts";
export { readEntries, type SheetEntry, type SheetJob, type SheetResult } from "./entry.ts";
export { decodePgm, type GreyPicture, pgmFromPixels } from "./pgm.ts";
export { encodeGreyPng } from "./png.ts";
