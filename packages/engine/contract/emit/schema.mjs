// JSON Schema 2020-12 of a job line and of a JobSpec document. What a schema cannot say is in its $comment.
import { encodings, expectedOf, formatsWithoutJson, jobKinds, objects, patterns } from "../fields.mjs";
import { limit } from "../limits.mjs";

const DIALECT = "https://json-schema.org/draft/2020-12/schema";

function fieldSchema(field) {
  const base = { description: field.about };
  if (field.default !== undefined) base.default = field.default;
  switch (field.kind) {
    case "string": {
      const schema = { ...base, type: "string" };
      if (field.minLength) schema.minLength = field.minLength;
      if (field.maxLength !== undefined) schema.maxLength = field.maxLength;
      if (field.pattern) schema.pattern = patterns[field.pattern].regex;
      return schema;
    }
    case "number":
      return { ...base, type: "number", exclusiveMinimum: field.over, maximum: field.max };
    case "integer":
      return { ...base, type: "integer", minimum: field.min, maximum: field.max };
    case "boolean":
      return { ...base, type: "boolean" };
    case "enum":
      return { ...base, enum: field.values };
    case "object":
      return { ...base, $ref: `#/$defs/${field.of}` };
    case "variations":
      return { ...base, ...byAxis(axisValue) };
    case "texts":
      return { ...base, type: "array", minItems: 1, maxItems: limit("sweep_texts"), items: { type: "string", maxLength: field.maxLength } };
    case "points":
      return { ...base, type: "array", minItems: 1, maxItems: limit("sweep_renders"), items: byAxis(axisValue) };
    case "grid": {
      const steps = { type: "integer", minimum: 1, maximum: limit("sweep_values") };
      const range = { type: "object", additionalProperties: false, required: ["min", "max", "steps"], properties: { min: axisValue, max: axisValue, steps } };
      const list = { type: "array", minItems: 1, maxItems: limit("sweep_values"), items: axisValue };
      return { ...base, ...byAxis({ anyOf: [axisValue, range, list] }), minProperties: 1 };
    }
    case "features":
      return { ...base, $ref: "#/$defs/features" };
    case "origin":
      return { ...base, type: "array", prefixItems: [coordinate(field), coordinate(field)], items: false, minItems: 2 };
    case "include":
      return { ...base, type: "array", uniqueItems: true, items: { enum: field.values } };
    case "jobs":
      return { ...base, type: "array", minItems: 1, items: { $ref: "#/$defs/job" } };
    default:
      throw new Error(`schema: kind ${field.kind} (${expectedOf(field)})`);
  }
}

const axisValue = { type: "number", minimum: -limit("axis_value"), maximum: limit("axis_value") };
const byAxis = (value) => ({
  type: "object",
  maxProperties: limit("variations"),
  propertyNames: { pattern: patterns.axis_tag.regex },
  additionalProperties: value,
});
const coordinate = (field) => ({ type: "number", minimum: field.min, maximum: field.max });

function objectSchema(name) {
  const object = objects[name];
  const required = object.fields.filter((field) => field.required).map((field) => field.name);
  const schema = { description: object.about, type: "object", additionalProperties: false };
  if (required.length > 0) schema.required = required;
  schema.properties = Object.fromEntries(object.fields.map((field) => [field.name, fieldSchema(field)]));
  const oneOf = (fields) => fields.map((field) => ({ required: [field] }));
  if (name === "job") schema.oneOf = oneOf(jobKinds);
  if (name === "compare") schema.oneOf = oneOf(["with", "image"]);
  if (name === "sweep") {
    const some = ["grid", "points", "sample"].map((source) => ({ required: [source] }));
    schema.anyOf = [...some, { required: ["instances"], properties: { instances: { const: true } } }];
    schema.$comment = `Beyond this schema: width × height must be at most ${limit("canvas_area_px")} (canvas_too_large); points times texts at most ${limit("sweep_renders")} (sweep_too_large); all texts together at most ${limit("text_code_points")} code points (text_too_long).`;
  }
  if (name === "compare" || name === "rendering")
    schema.$comment = `Beyond this schema: width × height must be at most ${limit("canvas_area_px")} (canvas_too_large).`;
  if (name === "rendering" || name === "sweep") {
    schema.if = { properties: { format: { enum: formatsWithoutJson } }, required: ["format"] };
    schema.then = { properties: { encoding: { enum: encodings.filter((encoding) => encoding !== "json") } } };
  }
  return schema;
}

function defs(names) {
  const features = {
    description: "OpenType features in HarfBuzz's syntax.",
    anyOf: [
      { type: "string", pattern: patterns.feature_list.regex },
      { type: "array", maxItems: limit("features"), items: { type: "string", pattern: patterns.feature.regex } },
    ],
  };
  return { ...Object.fromEntries(names.map((name) => [name, objectSchema(name)])), features };
}

const COMMENT = `Generated from packages/engine/contract. Beyond this schema: no key twice in an object; at most ${limit("json_depth")} levels; a line of at most ${limit("line_bytes")} bytes.`;

/** The objects inside a job. */
const KINDS = ["font", "text", "rendering", "compare", "compare_with", "with_font", "with_text", "sweep", "sample"];

export function jobSchema() {
  return {
    $schema: DIALECT,
    $id: "https://haforu.invalid/job.schema.json",
    title: "haforu job",
    $comment: COMMENT,
    ...objectSchema("job"),
    $defs: defs([...KINDS, "op"]),
  };
}

export function documentSchema() {
  return {
    $schema: DIALECT,
    $id: "https://haforu.invalid/document.schema.json",
    title: "haforu JobSpec document",
    $comment: COMMENT,
    ...objectSchema("document"),
    $defs: defs(["job", ...KINDS, "config"]),
  };
}
