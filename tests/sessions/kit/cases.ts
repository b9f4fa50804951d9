// What a case is, and how one is run.
import { CaseSkipped, ExpectationFailed } from './exchange.js';
import { Kit, type Target } from './kit.js';

/**
 * What the server under test must offer: `application` is the kit application; `servers` are processes that the
 * kit starts and ends; `shared` are several of them with one store that outlives them.
 */
export type Need = 'application' | 'servers' | 'shared';

export interface CaseBody {
  /** A plain sentence. */
  readonly title: string;
  readonly needs?: readonly Need[];
  /** The limit for the whole case, in seconds; 60 by default. */
  readonly seconds?: number;
  run(kit: Kit): Promise<void>;
}

export interface ConformanceCase extends Required<CaseBody> {
  /** The rule of sessions.md; 0 stands for its section "Frames". */
  readonly rule: number;
  /** For example `5.3`: the third case of rule 5. */
  readonly id: string;
}

export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly exchange: string };

/** The cases of one rule, numbered in the order in which they are given. */
export function casesOf(rule: number, bodies: readonly CaseBody[]): readonly ConformanceCase[] {
  return bodies.map((body, index) => ({
    rule,
    id: `${rule}.${index + 1}`,
    title: body.title,
    needs: body.needs ?? [],
    seconds: body.seconds ?? 60,
    run: (kit) => body.run(kit),
  }));
}

/** Why the case cannot run with this target, or undefined. */
function missingFor({ needs }: ConformanceCase, { servers }: Target, hasApplication: boolean) {
  if (needs.includes('application') && !hasApplication) return 'the kit application does not run there';
  if (!servers && needs.some((need) => need !== 'application')) return 'it needs servers that the kit starts';
  if (needs.includes('shared') && servers?.store === 'memory') return 'it needs a store that servers share';
  return undefined;
}

export async function runCase(
  subject: ConformanceCase,
  target: Target,
  hasApplication: boolean,
): Promise<Outcome> {
  const missing = missingFor(subject, target, hasApplication);
  if (missing !== undefined) return { kind: 'skipped', reason: missing };
  const kit = new Kit(target);
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new ExpectationFailed(`the case has not ended within ${subject.seconds} s`));
    }, subject.seconds * 1000);
  });
  try {
    await Promise.race([subject.run(kit), tooLate]);
    kit.finish();
    return { kind: 'passed' };
  } catch (error) {
    if (error instanceof CaseSkipped) return { kind: 'skipped', reason: error.message };
    const isExpected = error instanceof ExpectationFailed;
    const reason = isExpected || !(error instanceof Error) ? String(error) : (error.stack ?? error.message);
    return { kind: 'failed', reason, exchange: kit.exchange.toString() };
  } finally {
    clearTimeout(timer);
    kit.dispose();
  }
}

/** Whether the server answers `log:` as the kit application does. */
export async function hasKitApplication(target: Target): Promise<boolean> {
  const kit = new Kit(target);
  try {
    const connection = await kit.session();
    await connection.handedOver();
    return true;
  } catch (error) {
    if (error instanceof ExpectationFailed) return false;
    throw error;
  } finally {
    kit.dispose();
  }
}
