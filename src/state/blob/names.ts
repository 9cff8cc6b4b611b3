import { RUN_ID } from '../../domain/runs/run-id.ts';
import { sha256 } from '../../shared/json.ts';

/** Crockford’s base 32, the alphabet of ULIDs. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ULID_LENGTH = 26;

/**
 * Names of the blobs of one storage. Everything lies below the base name of the state blob, so that storages with other
 * state blobs can share a container; an environment is a whole part of the path, so that no name is a prefix of another.
 */
export interface BlobNames {
  state(environment: string): string;
  /** The environment of a state blob; undefined for other blobs. */
  environmentOfState(blob: string): string | undefined;
  readonly statePrefix: string;
  readonly summariesPrefix: string;
  summaries(environment: string): string;
  /** Sorted newest first. */
  summary(environment: string, runId: string): string;
  run(environment: string, runId: string, ...parts: readonly string[]): string;
  /** Entries of the audit trail. */
  audits(environment: string): string;
  /** Sorted newest first. */
  audit(environment: string, id: string): string;
  config(environment: string, digest: string): string;
  history(environment: string): string;
  key(environment: string, key: string): string;
  source(digest: string): string;
  readonly prices: string;
}

/** @param stateBlobName `azure-deployment-state.json`; environments other than `default` insert their name */
export function blobNames(stateBlobName: string): BlobNames {
  const [, base = stateBlobName, extension = ''] = /^(.*?)(\.[^./]*)?$/.exec(stateBlobName) ?? [];
  const environmentName = /^[a-z][a-z0-9-]{0,38}$/;
  return {
    statePrefix: base,
    summariesPrefix: `${base}/summaries/`,
    state: (environment) => (environment === 'default' ? stateBlobName : `${base}.${environment}${extension}`),
    environmentOfState(blob) {
      if (blob === stateBlobName) return 'default';
      if (!blob.startsWith(`${base}.`) || !blob.endsWith(extension)) return undefined;
      const name = blob.slice(base.length + 1, blob.length - extension.length);
      return environmentName.test(name) ? name : undefined;
    },
    summaries: (environment) => `${base}/summaries/${environment}/`,
    summary: (environment, runId) => `${base}/summaries/${environment}/${invertedUlid(runId)}.json`,
    run: (environment, runId, ...parts) => [base, 'runs', environment, checkedRunId(runId), ...parts].join('/'),
    audits: (environment) => `${base}/audit/${environment}/`,
    audit: (environment, id) => `${base}/audit/${environment}/${inverted(id)}.json`,
    config: (environment, digest) => `${base}/configs/${environment}/${checkedDigest(digest)}.json`,
    history: (environment) => `${base}/history/${environment}/`,
    key: (environment, key) => `${base}/keys/${environment}/${sha256(key)}.json`,
    prices: `${base}/prices.json`,
    source: (digest) => `${base}/sources/${checkedDigest(digest)}.tar.gz`,
  };
}

/** Lists come in alphabetical order: the later a run began, the smaller this is. */
export function invertedUlid(runId: string): string {
  return inverted(checkedRunId(runId).slice(-ULID_LENGTH));
}

export function inverted(ulid: string): string {
  return [...ulid].map((letter) => ALPHABET[ALPHABET.length - 1 - ALPHABET.indexOf(letter)]).join('');
}

function checkedRunId(runId: string): string {
  if (!RUN_ID.test(runId)) throw new Error(`${JSON.stringify(runId)} is no run id`);
  return runId;
}

function checkedDigest(digest: string): string {
  if (!/^[0-9a-f]{64}$/.test(digest)) throw new Error(`${JSON.stringify(digest)} is no digest`);
  return digest;
}
