// The measures of a picture alone, as a module for their tests: the fast pass, the plain one, and the arena.
export { arenaReset, free, malloc } from "../../native";
export { measureExtended, variation } from "../extended";
export { referenceExtended } from "../reference";
