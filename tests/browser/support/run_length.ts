// Whether this run is short, as a part of `npm test`, or long, for `npm run test:browsers`.

export const isLongRun = process.env['RWS_LONG'] === '1';

export function shortOrLong<Value>(short: Value, long: Value): Value {
  return isLongRun ? long : short;
}
