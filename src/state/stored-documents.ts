import { z } from 'zod';
import type { DeploymentConfig } from '../domain/config/model.ts';
import { storedConfigSchema } from '../domain/config/stored.ts';
import { UserError } from '../shared/errors.ts';
import { canonicalJson, isJsonObject, type Json, type JsonObject, sha256 } from '../shared/json.ts';
import { parseRecord } from './parse-record.ts';
import { stateOf } from './parse-state.ts';
import type { HistoryEntry, KeyedCall, StepMemoryRecord } from './ports.ts';

/**
 * The version that documents carry from the first that had one; those without are older, and are read by what they hold.
 * Requests and summaries carry none: versions of this program that share a storage refuse members that they do not know.
 */
const DOCUMENT_VERSION = 1;

/** @throws UserError `record_corrupt` or `record_newer` that names the place, as all that read here */
export function readConfig(text: string, location: string): DeploymentConfig {
  return parseRecord(text, (value) => storedConfigSchema.parse(unversioned(value, location)), location);
}

/** Its name: what it says. */
export function configDigestOf(config: DeploymentConfig): string {
  return sha256(canonicalJson(config));
}

export function configText(config: DeploymentConfig): string {
  return versionedText(config);
}

/** A kept run, with its state in the form of today. */
export function readHistoryEntry(text: string, environment: string, location: string): HistoryEntry {
  return parseRecord(
    text,
    (value) => {
      const { state, revisions, ...entry } = historySchema.parse(unversioned(value, location));
      const present = stateOf(state as JsonObject, environment, location).state;
      return { ...entry, ...(revisions && { revisions }), state: present };
    },
    location,
  );
}

export function historyText(entry: HistoryEntry): string {
  return versionedText(entry);
}

const historySchema = z.strictObject({
  runId: z.string(),
  at: z.string(),
  configDigest: z.string(),
  images: z.record(z.string(), z.string()),
  /** Entries from before releases have none. */
  revisions: z.record(z.string(), z.string()).optional(),
  state: z.record(z.string(), z.json()),
});

export function readKeyedCall(text: string, location: string): KeyedCall {
  return parseRecord(text, (value) => keyedCallSchema.parse(value), location);
}

const keyedCallSchema = z.object({ runId: z.string(), requestDigest: z.string() });

export function readMemory(value: unknown): StepMemoryRecord {
  return memorySchema.parse(value);
}

const memorySchema = z.record(z.string(), z.json());

/** A record that is needed and not there: somebody removed it. */
export function recordMissing(what: string): UserError {
  return new UserError(`${what} is not in the run store.`, {
    code: 'record_missing',
    hint: 'Put a copy back, or deploy again.',
  });
}

function versionedText(document: object): string {
  return `${JSON.stringify({ version: DOCUMENT_VERSION, ...document })}\n`;
}

function unversioned(value: unknown, location: string): Json {
  if (!isJsonObject(value) || value.version === undefined) return value as Json;
  const { version, ...document } = value;
  if (version === DOCUMENT_VERSION) return document;
  throw new UserError(
    `The record ${location} has version ${JSON.stringify(version)}; this program knows up to ${DOCUMENT_VERSION}.`,
    { code: 'record_newer', hint: 'It was left as it is. Use a newer draftgenie-deploy.' },
  );
}
