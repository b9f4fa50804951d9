// The definition of a fault: what is done to a connected client, and the time limits for noticing it and
// reconnecting.
import type { Experiment, ExperimentServer, Outcome, Setting } from './experiment.js';
import { isLongRun } from './run_length.js';

export interface TimeLimits {
  /**
   * Longest time from the fault to the client's `close` event, ms. 0: the connection must not be lost.
   * Infinity: there are several losses, and no time is checked.
   */
  readonly detectWithin: number;
  /** Longest time from the moment a connection is possible again to a new connection, ms. */
  readonly recoverWithin: number;
}

export interface Fault extends TimeLimits {
  readonly name: string;
  /** Whether other clients are measured with this fault too. */
  readonly isComparable: boolean;
  /**
   * Whether messages may arrive out of order: an abandoned link that works again may still deliver what it
   * holds.
   */
  readonly mayReorder: boolean;
  readonly run: (setting: Setting) => Promise<Outcome>;
}

export interface FaultDefinition<Server extends ExperimentServer> extends Partial<TimeLimits> {
  readonly name: string;
  readonly isComparable?: boolean;
  readonly mayReorder?: boolean;
  /** Options of the client. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly prepare: (name: string, setting: Setting) => Promise<Experiment<Server>>;
  /** Called when the client is connected. */
  readonly inject: (experiment: Experiment<Server>) => Promise<void>;
  /** The URL to connect to. Default: the proxy's. */
  readonly url?: (experiment: Experiment<Server>) => Promise<string>;
  /** Removes what `prepare` and `url` have set up. */
  readonly cleanUp?: (experiment: Experiment<Server>) => Promise<void>;
}

/** Time in which another client may notice a fault, and again to reconnect, ms. */
const otherClientsTimeout = isLongRun ? 100_000 : 60_000;
/**
 * This package's client is observed this much longer than its limit, so that the test can show how late it
 * was, ms.
 */
const extraTime = 30_000;

async function waitForRecovery<Server extends ExperimentServer>(
  experiment: Experiment<Server>,
  { detectWithin, recoverWithin }: TimeLimits,
): Promise<void> {
  if (experiment.setting.library === 'ours') {
    await experiment.detected(detectWithin + extraTime);
    await experiment.recovered(recoverWithin + extraTime);
  } else {
    const isNoticed = await experiment.detected(otherClientsTimeout).then(
      () => true,
      () => false,
    );
    // A client that has not reconnected by then is reported as such.
    if (isNoticed) await experiment.recovered(otherClientsTimeout).catch(() => undefined);
  }
  await experiment.client.send(1);
}

export function defineFault<Server extends ExperimentServer>(definition: FaultDefinition<Server>): Fault {
  const limits = {
    detectWithin: definition.detectWithin ?? 0,
    recoverWithin: definition.recoverWithin ?? 0,
  };
  return {
    name: definition.name,
    ...limits,
    isComparable: definition.isComparable ?? false,
    mayReorder: definition.mayReorder ?? false,
    run: async (setting) => {
      const experiment = await definition.prepare(definition.name, setting);
      try {
        await experiment.connect(definition.options, await definition.url?.(experiment));
        await definition.inject(experiment);
        if (limits.detectWithin > 0 && limits.detectWithin < Infinity)
          await waitForRecovery(experiment, limits);
        return await experiment.finish();
      } finally {
        await definition.cleanUp?.(experiment);
      }
    },
  };
}
