// Owns what a fault is: what happens to a connected client, and how soon it must have noticed and be back.
// Refuses to know engines.
import type { Outcome, Setting, Trial, TrialServer } from './trial.js';
import { isLong } from './length.js';

export interface Bounds {
  /**
   * Longest time from the fault to the client's word of it, ms; 0: there is no loss to notice; Infinity: there are many,
   * at no time in particular.
   */
  readonly detectWithin: number;
  /** Longest time from the way being clear to a new connection, ms. */
  readonly recoverWithin: number;
}

export interface Fault extends Bounds {
  readonly name: string;
  /** Whether the clients of others are put through it as well. */
  readonly isComparable: boolean;
  /** Whether what comes late on a connection that was given up may be out of order: no browser can call it back. */
  readonly mayDisorder: boolean;
  readonly play: (setting: Setting) => Promise<Outcome>;
}

export interface Story<Server extends TrialServer> extends Partial<Bounds> {
  readonly name: string;
  readonly isComparable?: boolean;
  readonly mayDisorder?: boolean;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly prepare: (name: string, setting: Setting) => Promise<Trial<Server>>;
  /** What happens to a client that is connected. */
  readonly happen: (trial: Trial<Server>) => Promise<void>;
  /** The address to connect to, where it is not the proxy's. */
  readonly url?: (trial: Trial<Server>) => Promise<string>;
  /** What is to be put away after the trial. */
  readonly after?: (trial: Trial<Server>) => Promise<void>;
}

/** How long a client of others is given to notice and come back, ms. */
const patienceWithOthers = isLong ? 100_000 : 60_000;
/** How long past its bound ours is watched, so that the test can say how late it was. */
const leeway = 30_000;

async function comeBack<Server extends TrialServer>(
  trial: Trial<Server>,
  { detectWithin, recoverWithin }: Bounds,
): Promise<void> {
  if (trial.setting.library === 'ours') {
    await trial.detected(detectWithin + leeway);
    await trial.recovered(recoverWithin + leeway);
  } else {
    const isNoticed = await trial.detected(patienceWithOthers).then(
      () => true,
      () => false,
    );
    // One that has not come back by then is reported so.
    if (isNoticed) await trial.recovered(patienceWithOthers).catch(() => undefined);
  }
  await trial.client.send(1);
}

export function fault<Server extends TrialServer>(story: Story<Server>): Fault {
  const bounds = { detectWithin: story.detectWithin ?? 0, recoverWithin: story.recoverWithin ?? 0 };
  return {
    name: story.name,
    ...bounds,
    isComparable: story.isComparable ?? false,
    mayDisorder: story.mayDisorder ?? false,
    play: async (setting) => {
      const trial = await story.prepare(story.name, setting);
      await trial.connect(story.options, await story.url?.(trial));
      await story.happen(trial);
      if (bounds.detectWithin > 0 && bounds.detectWithin < Infinity) await comeBack(trial, bounds);
      const outcome = await trial.end();
      await story.after?.(trial);
      return outcome;
    },
  };
}
