// Owns how long a run may take its time: short as a part of `npm test`, long for `npm run test:browsers`.

export const isLong = process.env['RWS_LONG'] === '1';

/** The time that suits the run. */
export function inRun<Value>(short: Value, long: Value): Value {
  return isLong ? long : short;
}
