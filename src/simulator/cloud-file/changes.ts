import { createHash } from 'node:crypto';

type Entries = Record<string, unknown>;
/** A state of plain JSON: some of its members are collections, records of entries. */
type State = Record<string, unknown>;

/** What has changed, as JSON; what is undefined is gone. */
export interface Changes {
  /** Member of the state → its value; of those that are no collections. */
  readonly members: ReadonlyMap<string, string | undefined>;
  /** Collection → key → entry. */
  readonly entries: ReadonlyMap<string, ReadonlyMap<string, string | undefined>>;
}

/** A state that is watched, so that what has changed is known without going through all of it. */
export interface WatchedState<T> {
  /** As everybody is to see and change it. */
  readonly state: T;
  /** Another request is carried out from now on: what the one before has looked up is left alone. */
  nextTurn(): void;
  /** What has changed since this was asked last. */
  take(): Changes;
  /** What was taken was not written. */
  putBack(changes: Changes): void;
}

/** Which members are collections, and how their entries are changed. */
export interface Collections {
  /**
   * By putting other values in place of members of an entry, or of its `extra`: that is noticed. What is deeper is never changed in place.
   */
  readonly replaced: readonly string[];
  /** In any way, by whoever has looked them up, within the same turn: they are compared with what was there before. */
  readonly lookedUp: readonly string[];
}

/** @param raw stays plain: the proxies are around it, and none is in it */
export function watchState<T extends object>(raw: T, collections: Collections): WatchedState<T> {
  const source = raw as State;
  const wrap = createWrapper();
  const proxies = new Map<string, object>();
  const dirty = new Map<string, Set<string>>();
  /** Collection → key → the turn in which it was last looked up. */
  const looked = new Map<string, Map<string, number>>();
  const digests = new Map<string, string>();
  let turn = 0;

  const mark = (collection: string, key: string): void => {
    const keys = dirty.get(collection) ?? new Set<string>();
    dirty.set(collection, keys.add(key));
  };
  const look = (collection: string, key: string): void => {
    const keys = looked.get(collection) ?? new Map<string, number>();
    looked.set(collection, keys.set(key, turn));
  };

  function watchEntries(collection: string): void {
    const isReplaced = collections.replaced.includes(collection);
    const proxy = new Proxy(source[collection] as Entries, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof name === 'symbol' || !Object.hasOwn(target, name)) return value;
        if (!isReplaced) look(collection, name);
        return isReplaced && isObject(value) ? wrap.wrapped(value, () => mark(collection, name), 'extra') : value;
      },
      set(target, name, value) {
        mark(collection, String(name));
        if (!isReplaced) look(collection, String(name));
        return Reflect.set(target, name, wrap.plain(value));
      },
      deleteProperty(target, name) {
        mark(collection, String(name));
        return Reflect.deleteProperty(target, name);
      },
    });
    proxies.set(collection, proxy);
  }

  for (const collection of [...collections.replaced, ...collections.lookedUp]) watchEntries(collection);

  const entryOf = (collection: string, key: string): unknown => (source[collection] as Entries)[key];

  return {
    state: new Proxy(raw, {
      get: (target, name) => (typeof name === 'string' && proxies.get(name)) || Reflect.get(target, name),
      set(target, name, value) {
        const isSet = Reflect.set(target, name, wrap.plain(value));
        if (typeof name === 'string' && proxies.has(name)) watchEntries(name);
        return isSet;
      },
    }),
    nextTurn() {
      turn += 1;
    },
    take() {
      const found = createFindings(digests);
      for (const name of Object.keys(source)) if (!proxies.has(name)) found.member(name, source[name]);
      for (const [collection, keys] of dirty)
        for (const key of keys) found.entry(collection, key, entryOf(collection, key), true);
      for (const [collection, keys] of looked)
        for (const key of keys.keys()) found.entry(collection, key, entryOf(collection, key), false);
      // Nothing is forgotten when one of them cannot be written.
      dirty.clear();
      for (const keys of looked.values()) for (const [key, at] of keys) if (at < turn) keys.delete(key);
      return found.changes();
    },
    putBack({ members, entries }) {
      for (const name of members.keys()) digests.delete(name);
      for (const [collection, keys] of entries) for (const key of keys.keys()) mark(collection, key);
    },
  };
}

interface Wrapper {
  /** The object, whose replaced members are told, and those of one of its members. */
  wrapped(target: object, changed: () => void, inner: string | undefined): object;
  /** What is to be kept of a value that may be, or hold, such objects. */
  plain(value: unknown): unknown;
}

function createWrapper(): Wrapper {
  const proxies = new WeakMap<object, object>();
  const targets = new WeakMap<object, object>();
  const targetOf = (value: unknown): unknown => (isObject(value) ? (targets.get(value) ?? value) : value);
  const wrapper: Wrapper = {
    wrapped(target, changed, inner) {
      const known = proxies.get(target);
      if (known) return known;
      const proxy = new Proxy(target, {
        get(_, name) {
          const value: unknown = Reflect.get(target, name);
          return name === inner && isObject(value) ? wrapper.wrapped(value, changed, undefined) : value;
        },
        set(_, name, value) {
          changed();
          return Reflect.set(target, name, wrapper.plain(value));
        },
        deleteProperty(_, name) {
          changed();
          return Reflect.deleteProperty(target, name);
        },
      });
      proxies.set(target, proxy);
      targets.set(proxy, target);
      return proxy;
    },
    plain(value) {
      const target = targetOf(value);
      // What holds one: a deleted resource with the time of its end.
      if (isObject(target) && target === value)
        for (const [name, member] of Object.entries(target))
          if (targetOf(member) !== member) Reflect.set(target, name, targetOf(member));
      return target;
    },
  };
  return wrapper;
}

interface Findings {
  member(name: string, value: unknown): void;
  /** @param isSure that it is another one than before */
  entry(collection: string, key: string, value: unknown, isSure: boolean): void;
  /** What was found; from now on it is what was there before. */
  changes(): Changes;
}

/** @param digests of what was there before, by member and by `collection/key` */
function createFindings(digests: Map<string, string>): Findings {
  const members = new Map<string, string | undefined>();
  const entries = new Map<string, Map<string, string | undefined>>();
  const seen = new Map<string, string>();
  const isNew = (name: string, text: string | undefined): boolean => {
    const digest = text === undefined ? '' : createHash('sha1').update(text).digest('base64');
    seen.set(name, digest);
    return (digests.get(name) ?? '') !== digest;
  };
  return {
    member(name, value) {
      const text = textOf(value);
      if (isNew(name, text)) members.set(name, text);
    },
    entry(collection, key, value, isSure) {
      const text = textOf(value);
      if (!isSure && !isNew(`${collection}/${key}`, text)) return;
      const own = entries.get(collection) ?? new Map<string, string | undefined>();
      entries.set(collection, own.set(key, text));
    },
    changes() {
      for (const [name, digest] of seen) digests.set(name, digest);
      return { members, entries };
    },
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
