// The global set-up of the package tests: packs the package and installs it in every consumer.
import type { TestProject } from 'vitest/node';
import { install } from './consumers.js';
import { pack } from './tarball.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the packed package. */
    readonly tarball: string;
  }
}

export default async function setUp(project: TestProject): Promise<void> {
  const tarball = await pack();
  await Promise.all([install('modern', tarball), install('established', tarball), install('bare', tarball)]);
  project.provide('tarball', tarball);
}
