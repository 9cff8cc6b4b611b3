import { z } from 'zod';
import type { AskPrices, KeptText, KnownPrices, PriceQuery } from '../domain/cost/price.ts';

const answerSchema = z.object({
  currency: z.string(),
  region: z.string(),
  service: z.string(),
  meters: z.array(z.string()),
  /** When it was asked for, ISO 8601. */
  at: z.string(),
  items: z.array(
    z.object({
      region: z.string(),
      service: z.string(),
      product: z.string(),
      sku: z.string(),
      meter: z.string(),
      unit: z.string(),
      from: z.string(),
      price: z.string(),
      since: z.string(),
    }),
  ),
});
type Answer = z.infer<typeof answerSchema>;

const keptSchema = z.object({ version: z.literal(1), answers: z.array(answerSchema) });

/** Azure changes its prices on days, not by the hour. */
const FRESH_FOR_MS = 24 * 60 * 60 * 1000;
/** Of other regions, currencies and sizes, so that what is kept does not grow without end. */
const KEPT_ANSWERS = 200;

/**
 * What is kept is asked for again once a day; where Azure does not answer, what was known last counts, and it is said so.
 * Never rejects for want of an answer, and keeps what it was told where that can be done.
 */
export async function knownPrices(
  { ask, kept, now }: { readonly ask: AskPrices; readonly kept: KeptText; readonly now: Date },
  queries: readonly PriceQuery[],
): Promise<KnownPrices> {
  const known = await readKept(kept);
  const found = await Promise.all(queries.map((query) => answerTo(query, known, ask, now)));
  const answers = found.flatMap(({ answer }) => answer ?? []);
  const fresh = found.flatMap(({ answer, isNew }) => (answer && isNew ? [answer] : []));
  const unkept = fresh.length === 0 ? undefined : await keep(kept, [...fresh, ...known]);
  const failed = found.find(({ failure }) => failure !== undefined);
  const asOf = answers.reduce<string | undefined>(
    (oldest, { at }) => (oldest === undefined || at < oldest ? at : oldest),
    undefined,
  );
  return { items: answers.flatMap(({ items }) => items), asOf, problem: problemOf(failed, asOf) ?? unkept };
}

interface Found {
  readonly answer?: Answer;
  readonly isNew?: boolean;
  /** Why Azure did not answer. */
  readonly failure?: string;
}

async function answerTo(query: PriceQuery, known: readonly Answer[], ask: AskPrices, now: Date): Promise<Found> {
  const last = known.find((one) => isAbout(one, query));
  if (last && now.getTime() - Date.parse(last.at) < FRESH_FOR_MS) return { answer: last };
  try {
    const items = await ask(query);
    return { answer: { ...query, meters: [...query.meters], at: now.toISOString(), items: [...items] }, isNew: true };
  } catch (error) {
    return { ...(last && { answer: last }), failure: error instanceof Error ? error.message : String(error) };
  }
}

function isAbout(answer: Answer, query: PriceQuery): boolean {
  return isOfSame(answer, query) && query.meters.every((meter) => answer.meters.includes(meter));
}

function isOfSame(one: Omit<PriceQuery, 'meters'>, other: Omit<PriceQuery, 'meters'>): boolean {
  return one.currency === other.currency && one.region === other.region && one.service === other.service;
}

function problemOf(failed: Found | undefined, asOf: string | undefined): string | undefined {
  if (failed?.failure === undefined) return undefined;
  if (asOf === undefined) return `no price is known: ${failed.failure}`;
  return `the prices are those of ${asOf.slice(0, 10)}, as far as they are known: ${failed.failure}`;
}

/** What cannot be read, or was kept by another version, is asked for anew. */
async function readKept(kept: KeptText): Promise<readonly Answer[]> {
  try {
    const text = await kept.read();
    const parsed = keptSchema.safeParse(text === undefined ? undefined : JSON.parse(text));
    return parsed.success ? parsed.data.answers : [];
  } catch {
    return [];
  }
}

/** The newest of each that do not cover each other. @returns why it was not possible, for people */
async function keep(kept: KeptText, answers: readonly Answer[]): Promise<string | undefined> {
  const needed = answers.filter((one, index) => !answers.slice(0, index).some((newer) => isAbout(newer, one)));
  try {
    await kept.write(`${JSON.stringify({ version: 1, answers: needed.slice(0, KEPT_ANSWERS) })}\n`);
    return undefined;
  } catch (error) {
    return `the prices could not be kept for the next plan: ${error instanceof Error ? error.message : String(error)}`;
  }
}
