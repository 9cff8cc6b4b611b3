import type { Fault, FaultRule } from '../../src/simulator/faults.ts';
import type { BlobRequest } from '../helpers/blobs/blob-service.ts';
import { documentOf } from './documents.ts';

/** A request of an undisturbed run to its storage, known again in another run by what it does to which document. */
interface StoragePlace {
  readonly method: string;
  /** Regular expression over the name of the blob. */
  readonly path: string;
  /** For people. */
  readonly document: string;
  /** Which of the requests that look alike; from 1. */
  readonly nth: number;
}

export interface StorageFaultCase {
  readonly fault: StorageFaultName;
  readonly place: StoragePlace;
}

const STORAGE_FAULTS = {
  '409 on a write': { kind: 'status', status: 409, code: 'ContainerBeingDeleted' },
  '412 after its own success': { kind: 'reset', afterEffect: true },
  '404 once': { kind: 'status', status: 404, code: 'BlobNotFound' },
  '500 before the effect': { kind: 'status', status: 500, code: 'InternalError' },
  '500 after the effect': { kind: 'status', status: 500, code: 'InternalError', afterEffect: true },
  '503': { kind: 'status', status: 503, code: 'ServerBusy' },
  'reset before the effect': { kind: 'reset' },
  'never answers': { kind: 'silence' },
  'never answers, after the effect': { kind: 'silence', afterEffect: true },
  'answers half': { kind: 'half' },
  trickles: { kind: 'trickle' },
} as const satisfies Record<string, Fault>;
type StorageFaultName = keyof typeof STORAGE_FAULTS;

const READS = ['GET', 'LIST'];

/** Every fault at every request that it can hit. */
export function allStorageCases(requests: readonly BlobRequest[]): readonly StorageFaultCase[] {
  const seen = new Map<string, number>();
  const places = requests.map(({ method, path }): StoragePlace => {
    const pattern = patternOf(path);
    const key = `${method} ${pattern}`;
    const nth = (seen.get(key) ?? 0) + 1;
    seen.set(key, nth);
    return { method, path: pattern, document: path === '' ? 'the container' : documentOf(path), nth };
  });
  const names = Object.keys(STORAGE_FAULTS) as StorageFaultName[];
  return places.flatMap((place) => names.filter((fault) => fits(fault, place)).map((fault) => ({ fault, place })));
}

/** An answer without a body has no half; what only looks meets no conflict. */
function fits(fault: StorageFaultName, { method }: StoragePlace): boolean {
  if (fault === '404 once') return method === 'GET';
  if (fault === 'answers half' || fault === 'trickles') return READS.includes(method);
  if (fault === '409 on a write') return method === 'PUT' || method === 'APPEND';
  if (fault === '412 after its own success') return method !== 'HEAD' && !READS.includes(method);
  return true;
}

/** What the blob service is told. */
export function storageRule({ fault, place: { method, path, nth } }: StorageFaultCase): FaultRule {
  return { match: { method, path }, nth, fault: STORAGE_FAULTS[fault] };
}

/** Run ids, and the numbers of runs in lists, which are made up each time. */
function patternOf(path: string): string {
  const plain = path.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return `^${plain.replaceAll(/\b[a-z-]*[0-9A-HJKMNP-TV-Z]{26}\b/g, '[^/]+')}$`;
}

export function describeStorageCase({ fault, place: { method, document, nth } }: StorageFaultCase): string {
  return `${fault} at ${method} ${document} (${nth})`;
}
