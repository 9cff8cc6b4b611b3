import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { AzureError } from '../../azure/errors.ts';
import { parseConfig } from '../../domain/config/parse.ts';
import { completedDraft } from '../../init/complete/completed-draft.ts';
import { nameSuffix, plainName, UNIQUE_NAMES } from '../../init/complete/names.ts';
import type { Draft } from '../../init/draft.ts';
import { configurationText } from '../../init/write/configuration-text.ts';
import { isJsonObject } from '../../shared/json.ts';
import type { Account, Offers } from './account.ts';
import { withChosenServices } from './chosen-services.ts';
import type { DraftSource } from './found-sources.ts';
import type { Questions } from './questions.ts';

const REGION = 'eastus';
/** So often names are made anew that turn out to be taken. */
const MAX_ATTEMPTS = 5;

export interface Around {
  readonly folder: string;
  readonly questions: Questions;
  /** Undefined: nobody is signed in, or Azure shall not be asked. */
  account(): Promise<Account | undefined>;
  /** Values of variables that the configuration fills in. */
  readonly variables: (name: string) => string | undefined;
}

/** The proposal of a source with everything that only a person, or Azure, can tell. */
export async function completed(source: DraftSource, around: Around): Promise<Draft> {
  const { questions, folder } = around;
  const project = await questions.text('Name of the application', plainName(source.names), projectRefusal);
  const draft = await withChosenServices(source, questions);
  const account = await around.account();
  const { id, written } = await askedSubscription(questions, account);
  const place = `${id ?? `${hostname()} ${resolve(folder)}`} ${project}`;
  const make: Make = (location, attempt) =>
    completedDraft(draft, { subscriptionId: written, location, project, suffix: nameSuffix(place, attempt) });
  const offersOf = (proposal: Draft): Offers | undefined => {
    // What still has problems cannot be asked about; they are told at the end.
    const parsed = parseConfig(configurationText(proposal, { lines: [] }), { variables: around.variables });
    return id !== undefined && parsed.ok ? account?.on(id, parsed.parsed.config) : undefined;
  };
  const location = await askedRegion(questions, (region) => offersOf(make(region, 0)));
  return await withFreeNames((attempt) => make(location, attempt), offersOf, questions);
}

type Make = (location: string, attempt: number) => Draft;

function projectRefusal(name: string): string | undefined {
  if (plainName([name]) === name) return undefined;
  return 'Lower-case letters, digits and single hyphens, beginning with a letter: names of resources are made of it.';
}

interface Subscription {
  /** Undefined: it is not known. */
  readonly id?: string;
  /** As it stands in the file; empty: the only one that can be used. */
  readonly written: string;
}

async function askedSubscription(questions: Questions, account: Account | undefined): Promise<Subscription> {
  const subscriptions = account?.subscriptions ?? [];
  const [only] = subscriptions;
  if (!only) return { written: '' };
  if (subscriptions.length === 1) {
    questions.tell(`Subscription: ${only.displayName} (${only.id}), the only one of the account.`);
    return { id: only.id, written: '' };
  }
  const options = subscriptions.map(({ displayName, id }) => ({ name: displayName, about: id }));
  const chosen = subscriptions[await questions.choice('Subscription:', options, 0)] ?? only;
  return { id: chosen.id, written: chosen.id };
}

/** Until a region has everything, or the person wants it all the same. */
async function askedRegion(questions: Questions, offersIn: (region: string) => Offers | undefined): Promise<string> {
  const regions = (await answered(questions, () => offersIn(REGION)?.regions())) ?? [];
  let proposed = regions.length === 0 || regions.includes(REGION) ? REGION : (regions[0] ?? REGION);
  const question =
    regions.length === 0 ? 'Region' : `Region, of ${regions.length} that offer everything (? lists them)`;
  let refused: string | undefined;
  for (;;) {
    const region = await questions.text(question, proposed, (name) => regionRefusal(name, regions));
    if (region === refused) return region;
    const missing = (await answered(questions, () => offersIn(region)?.missing())) ?? [];
    if (missing.length === 0) return region;
    for (const text of missing) questions.tell(`  ${text}`);
    questions.tell('  Another region, or the same again: it can be corrected in the file.');
    refused = region;
    proposed = region;
  }
}

function regionRefusal(name: string, regions: readonly string[]): string | undefined {
  if (regions.includes(name)) return undefined;
  if (name === '?' && regions.length > 0) return regions.join(', ');
  if (!/^[a-z][a-z0-9]{2,40}$/.test(name)) return 'The name of a region is expected, such as eastus or westeurope.';
  return regions.length === 0 ? undefined : `${name} does not offer everything, or is none.`;
}

async function withFreeNames(
  make: (attempt: number) => Draft,
  offersOf: (proposal: Draft) => Offers | undefined,
  questions: Questions,
): Promise<Draft> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const proposal = make(attempt);
    const offers = offersOf(proposal);
    if (!offers) return proposal;
    const wanted = UNIQUE_NAMES.filter(({ path: [section] }) => isJsonObject(proposal.config[section]));
    const taken = await answered(questions, () => Promise.all(wanted.map(({ resource }) => offers.taken(resource))));
    const reasons = (taken ?? []).filter((reason) => reason !== undefined);
    if (reasons.length === 0) return proposal;
    for (const reason of reasons) questions.tell(`  ${reason}`);
    questions.tell('  Other names are proposed.');
  }
  return make(0);
}

/** What Azure answers; undefined where it does not, which is told and stands in nobody's way. */
async function answered<Answer>(
  questions: Questions,
  ask: () => Promise<Answer> | undefined,
): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof AzureError)) throw error;
    questions.tell(`  Azure does not tell: ${error.message}`);
    return undefined;
  }
}
