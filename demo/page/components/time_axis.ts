// The time axis of the charts: a minute and a half back, 20 seconds ahead.

export interface TimeAxis {
  readonly now: number;
  readonly width: number;
  readonly start: number;
  /** Position of a time, px; outside the chart for times outside the axis. */
  readonly at: (time: number) => number;
  /** Labelled marks, in seconds before now. */
  readonly marks: readonly number[];
}

const secondsBack = 90;
const secondsAhead = 20;
/** Space on the left for the labels of the vertical axis, px. */
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
