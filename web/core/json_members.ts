// Owns the reading of the two members that make a text a control frame; the platform's JSON parser does the parsing.
// Refuses to judge them: the core does.
import { type JsonKinds } from '#core';

/** A top-level member as the core takes it: its kind, and a number or text as JSON. */
export interface JsonMember {
  readonly kind: JsonKinds[keyof JsonKinds];
  readonly json: string;
}

const ABSENT: JsonMember = { kind: 0, json: '' };
const OTHER: JsonMember = { kind: 3, json: '' };

/** The members `type` and `timestamp` of the JSON object that the text is; null for any other text. */
export function controlMembersOf(text: string): readonly [type: JsonMember, timestamp: JsonMember] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const members = value as Record<string, unknown>;
  return [memberOf(members, 'type', text), memberOf(members, 'timestamp', text)];
}

function memberOf(members: Record<string, unknown>, name: string, text: string): JsonMember {
  if (!Object.hasOwn(members, name)) return ABSENT;
  const value = members[name];
  if (typeof value === 'string') return { kind: 2, json: JSON.stringify(value) };
  return typeof value === 'number' ? { kind: 1, json: tokenOf(value, name, text) } : OTHER;
}

/** The number as it was written: a server may compare more digits than a double holds. */
function tokenOf(value: number, name: string, text: string): string {
  const written = text.matchAll(new RegExp(`"${name}"\\s*:\\s*(-?\\d[\\d.eE+-]*)`, 'g'));
  let token: string | undefined;
  for (const [, digits] of written) if (Object.is(Number(digits), value)) token = digits;
  return token ?? JSON.stringify(value);
}
