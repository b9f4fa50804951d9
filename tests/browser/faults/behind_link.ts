// Experiments with a server behind a link of its own, in a network namespace.
import { Experiment, type Setting } from '../support/experiment.js';
import type { FaultDefinition } from '../support/fault.js';
import { LossyLink } from '../support/network/lossy_link.js';
import { PythonServer } from '../support/network/python_server.js';

type LinkedExperiment = Experiment<PythonServer>;

const links = new WeakMap<LinkedExperiment, LossyLink>();

export function getLink(experiment: LinkedExperiment): LossyLink {
  const link = links.get(experiment);
  if (link === undefined) throw new Error(`${experiment.fault} has no link`);
  return link;
}

/** The parts of a fault's definition that set up such an experiment. */
export const behindLink: Required<Pick<FaultDefinition<PythonServer>, 'prepare' | 'url' | 'cleanUp'>> = {
  prepare: async (name: string, setting: Setting) => {
    const link = new LossyLink();
    const server = await PythonServer.start(link.address, { prefix: link.prefix });
    const experiment = await Experiment.with(server, name, setting);
    links.set(experiment, link);
    return experiment;
  },
  url: ({ server }) => Promise.resolve(server.url),
  cleanUp: (experiment) => {
    getLink(experiment).remove();
    return Promise.resolve();
  },
};
