// Owns the axis of time that the drawings share: a minute and a half back, a little ahead.
// Refuses to draw.

export interface TimeAxis {
  readonly now: number;
  readonly width: number;
  readonly start: number;
  /** Place of a time, px; outside of the drawing for times outside of the axis. */
  readonly at: (time: number) => number;
  /** Whole marks on the axis, in seconds before now. */
  readonly marks: readonly number[];
}

const secondsBack = 90;
const secondsAhead = 20;
/** Room on the left for the numbers of the vertical axis, px. */
export const leftMargin = 34;

export function createTimeAxis(now: number, width: number): TimeAxis {
  const start = now - secondsBack * 1000;
  const perMillisecond = (width - leftMargin) / ((secondsBack + secondsAhead) * 1000);
  return {
    now,
    width,
    start,
    at: (time) => leftMargin + (time - start) * perMillisecond,
    marks: width < 480 ? [90, 60, 30] : [90, 75, 60, 45, 30, 15],
  };
}
