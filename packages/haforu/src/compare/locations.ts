// Where two faces are compared: coordinates that both have. In: axes and named instances. Out: coordinates by tag, in a fixed order.
import type { AxisInfo, FaceInfo } from "../session/font-info.ts";
import { LOCATIONS_MAX } from "./options.ts";
import type { Coordinates } from "./records.ts";

export interface LocationOptions {
  readonly allInstances: boolean;
  readonly at: readonly Coordinates[];
}

export interface Locations {
  /** At least one, unless no coordinates belong to both faces. */
  readonly at: readonly Coordinates[];
  /** How many of the coordinates that were asked for no comparison is made at: they name an axis that neither face has, or lie outside its range in one of them. */
  readonly leftOut: number;
}

/**
 * First the old face's default (moved into the range of both), then the old face's named instances, those of the new one, and what was asked for; each coordinate once. Those
 * outside an axis' range of either face are left out: they would be clamped to other shapes. At most LOCATIONS_MAX. An axis that only one face has is at that face's default.
 */
export function locations(oldFace: FaceInfo, newFace: FaceInfo, options: LocationOptions): Locations {
  const axes = new Map<string, Range>();
  for (const axis of [...(oldFace.axes ?? []), ...(newFace.axes ?? [])]) axes.set(axis.tag, common(axes.get(axis.tag), axis));
  const found = new Map<string, Coordinates>();
  const add = (coordinates: Coordinates): boolean => {
    const at = [...axes].map(([tag, range]) => [tag, coordinates[tag] ?? range.default] as const);
    if (Object.keys(coordinates).some((tag) => !axes.has(tag))) return false;
    if (at.some(([tag, value]) => !within(value, axes.get(tag) as Range))) return false;
    const key = JSON.stringify(at);
    if (!found.has(key) && found.size < LOCATIONS_MAX) found.set(key, Object.fromEntries(at));
    return found.has(key);
  };
  add({});
  for (const face of options.allInstances ? [oldFace, newFace] : []) {
    for (const { coordinates } of face.named_instances ?? []) add(coordinates);
  }
  const leftOut = options.at.filter((coordinates) => !add(coordinates)).length;
  return { at: [...found.values()], leftOut };
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

/** What an axis of the old face leaves of the new one's, the old default moved into it. */
function common(before: Range | undefined, axis: AxisInfo): Range {
  if (before === undefined) return { min: axis.min, max: axis.max, default: axis.default };
  const min = Math.max(before.min, axis.min);
  const max = Math.min(before.max, axis.max);
  return { min, max, default: Math.min(Math.max(before.default, min), max) };
}

function within(value: number, { min, max }: Range): boolean {
  return value >= min && value <= max;
}
