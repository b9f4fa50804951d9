// Owns what the core has answered last, until whoever asked reads it. Questions are answered at once, so that one place
// serves all connections. Refuses to be a cache: every question is asked anew.
import { type CoreOptionValue, type CoreSnapshot } from '#core';

interface Answers {
  snapshot: CoreSnapshot | undefined;
  /** The value of an option, undefined for an unknown one. */
  option: CoreOptionValue | undefined;
  /** What a value must be that was not assigned, '' for one that was. */
  rule: string;
  defaults: Map<string, CoreOptionValue>;
  controlFrameMarker: string;
}

export const answers: Answers = {
  snapshot: undefined,
  option: undefined,
  rule: '',
  defaults: new Map(),
  controlFrameMarker: '',
};
