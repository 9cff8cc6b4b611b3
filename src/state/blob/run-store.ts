import type { z } from 'zod';
import { auditEntrySchema } from '../../domain/audit.ts';
import type { DeploymentConfig } from '../../domain/config/model.ts';
import { planSchema } from '../../domain/plan-schema.ts';
import {
  approvalSchema,
  type RunRequest,
  runRequestSchema,
  runSummarySchema,
  stepAnswerSchema,
} from '../../domain/run.ts';
import { BoundedMap } from '../../shared/bounded-map.ts';
import { parseRecord } from '../parse-record.ts';
import type { RunStore } from '../ports.ts';
import { configDigestOf, configText, readConfig, readMemory, recordMissing } from '../stored-documents.ts';
import type { Container } from './container.ts';
import { type EventLog, openEventLog } from './event-log.ts';
import { type BlobNames, inverted, invertedUlid } from './names.ts';
import { namesAfter } from './names-after.ts';

/** How many runs and configurations of an environment stay in memory. */
const REMEMBERED = 20;

/** Runs of one environment as blobs. What never changes once it is written is read once. */
export function openBlobRunStore(
  container: Container,
  names: BlobNames,
  environment: string,
  blocksOfABlob: number,
): RunStore {
  const logs = new BoundedMap<string, EventLog>(REMEMBERED);
  const requests = new BoundedMap<string, RunRequest>(REMEMBERED);
  const configs = new BoundedMap<string, DeploymentConfig>(REMEMBERED);
  const pathOf = (runId: string, ...parts: readonly string[]): string => names.run(environment, runId, ...parts);

  function logOf(runId: string): EventLog {
    const log = logs.get(runId) ?? openEventLog(container, pathOf(runId, 'events'), blocksOfABlob);
    logs.set(runId, log);
    return log;
  }

  async function readJson<T>(blob: string, parse: (value: unknown) => T): Promise<T | undefined> {
    const document = await container.read(blob);
    return document && parseRecord(document.text, parse, blob);
  }

  async function writeJson(blob: string, value: unknown): Promise<void> {
    await container.write(blob, `${JSON.stringify(value)}\n`);
  }

  /** Names are in the order in which they are read. */
  async function readPage<Schema extends z.ZodType>(
    prefix: string,
    schema: Schema,
    { limit, after }: { readonly limit: number; readonly after: string },
  ): Promise<readonly z.infer<Schema>[]> {
    const page = await namesAfter(container, prefix, { limit, after });
    const found = await Promise.all(page.map((name) => readJson(name, (value) => schema.parse(value))));
    const there = found.flatMap((one) => (one === undefined ? [] : [one]));
    const last = page.at(-1)?.slice(prefix.length, -'.json'.length);
    // Some were removed between their names and themselves: a page that is short is the last.
    return last === undefined || page.length < limit || there.length === page.length
      ? there
      : [...there, ...(await readPage(prefix, schema, { limit: limit - there.length, after: last }))];
  }

  const store: RunStore = {
    async create(request) {
      // Who tells the first of the run then finds its log, and appends at once.
      await Promise.all([logOf(request.runId).begin(), writeJson(pathOf(request.runId, 'request.json'), request)]);
      requests.set(request.runId, request);
    },

    async request(runId) {
      const request =
        requests.get(runId) ??
        (await readJson(pathOf(runId, 'request.json'), (value) => runRequestSchema.parse(value)));
      if (request) requests.set(runId, request);
      return request;
    },

    runs: ({ limit, before }) =>
      readPage(names.summaries(environment), runSummarySchema, {
        limit,
        after: before === undefined ? '' : invertedUlid(before),
      }),

    summary: (runId) => readJson(names.summary(environment, runId), (value) => runSummarySchema.parse(value)),
    writeSummary: (summary) => writeJson(names.summary(environment, summary.runId), summary),

    async remove(runId) {
      await container.remove(names.summary(environment, runId));
      for await (const name of container.list(`${pathOf(runId)}/`)) await container.remove(name);
      for (const cache of [logs, requests]) cache.delete(runId);
    },

    async putConfig(config) {
      const digest = configDigestOf(config);
      // Its name is its content: one that is there already is this one.
      await container.create(names.config(environment, digest), configText(config));
      configs.set(digest, config);
      return digest;
    },

    async config(digest) {
      const blob = names.config(environment, digest);
      const known = configs.get(digest);
      if (known) return known;
      const document = (await container.read(blob)) ?? (await container.read(blob));
      if (!document) throw recordMissing(`The configuration ${blob}`);
      const config = readConfig(document.text, blob);
      configs.set(digest, config);
      return config;
    },

    writePlan: (runId, plan) => writeJson(pathOf(runId, 'plan.json'), plan),
    plan: (runId) => readJson(pathOf(runId, 'plan.json'), (value) => planSchema.parse(value)),

    memory: async (runId, scope) => (await readJson(pathOf(runId, 'memory', `${scope}.json`), readMemory)) ?? {},
    writeMemory: (runId, scope, memory) => writeJson(pathOf(runId, 'memory', `${scope}.json`), memory),

    answer: (runId, step, callNumber) =>
      readJson(pathOf(runId, 'answers', `${step}-${callNumber}.json`), (value) => stepAnswerSchema.parse(value)),
    writeAnswer: (runId, step, callNumber, answer) =>
      writeJson(pathOf(runId, 'answers', `${step}-${callNumber}.json`), answer),

    appendEvents: (runId, events) => logOf(runId).append(events),
    events: (runId, after = '0') => logOf(runId).read(after),

    async decide(runId, decision) {
      if (!/^[0-9a-f]{64}$/.test(decision.planDigest)) throw new Error(`${decision.planDigest} is no digest`);
      const blob = pathOf(runId, 'decisions', `${decision.planDigest}.json`);
      if (await container.create(blob, `${JSON.stringify(decision)}\n`)) return decision;
      return (await readJson(blob, (value) => approvalSchema.parse(value))) ?? decision;
    },

    async record(entry) {
      await container.create(names.audit(environment, entry.id), `${JSON.stringify(entry)}\n`);
    },
    audit: ({ limit, before }) =>
      readPage(names.audits(environment), auditEntrySchema, {
        limit,
        after: before === undefined ? '' : inverted(before),
      }),

    requestCancel: (runId, by) => writeJson(pathOf(runId, 'cancel.json'), { by }),
    withdrawCancel: (runId) => container.remove(pathOf(runId, 'cancel.json')),
    isCancelRequested: (runId) => container.exists(pathOf(runId, 'cancel.json')),
  };
  return store;
}
