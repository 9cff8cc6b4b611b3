import type { CloudState, StoredOperation, StoredResource } from './store.ts';

/** What is looked for with every request, found without going through the whole state. */
export interface CloudIndex {
  ofType(type: string): readonly StoredResource[];
  /**
   * Those of the resource group that an id lies in, which itself is among them. Of an id that lies in none: those that lie in none, either.
   */
  around(id: string): readonly StoredResource[];
  /** Operations whose end was not carried out yet, running or not. */
  unsettled(): readonly StoredOperation[];
  /** What is kept must be changed by what this answers: see `CloudStore.state`. */
  keepResource(resource: StoredResource): StoredResource;
  dropResource(id: string): void;
  keepOperation(operation: StoredOperation): StoredOperation;
  dropOperation(operation: StoredOperation): void;
  /** After the state was changed by hand. */
  rebuild(): void;
}

/** The only writer of `state.resources` and `state.operations`. */
export function createCloudIndex(state: CloudState): CloudIndex {
  const byType = new Map<string, Map<string, StoredResource>>();
  const byGroup = new Map<string, Map<string, StoredResource>>();
  const open = new Set<StoredOperation>();

  function addResource(key: string, resource: StoredResource): void {
    const type = resource.type.toLowerCase();
    const ofType = byType.get(type) ?? new Map<string, StoredResource>();
    byType.set(type, ofType.set(key, resource));
    const group = groupOf(key);
    const ofGroup = byGroup.get(group) ?? new Map<string, StoredResource>();
    byGroup.set(group, ofGroup.set(key, resource));
  }

  function rebuild(): void {
    byType.clear();
    byGroup.clear();
    open.clear();
    for (const [key, resource] of Object.entries(state.resources)) addResource(key, resource);
    for (const operation of Object.values(state.operations)) if (!operation.settled) open.add(operation);
  }

  rebuild();
  return {
    ofType: (type) => [...(byType.get(type.toLowerCase())?.values() ?? [])],
    around: (id) => [...(byGroup.get(groupOf(id.toLowerCase()))?.values() ?? [])],
    unsettled() {
      for (const operation of open) if (operation.settled) open.delete(operation);
      return [...open];
    },
    keepResource(resource) {
      const key = resource.id.toLowerCase();
      state.resources[key] = resource;
      const kept = state.resources[key];
      addResource(key, kept);
      return kept;
    },
    dropResource(id) {
      const key = id.toLowerCase();
      const resource = state.resources[key];
      if (resource) byType.get(resource.type.toLowerCase())?.delete(key);
      byGroup.get(groupOf(key))?.delete(key);
      delete state.resources[key];
    },
    keepOperation(operation) {
      state.operations[operation.id] = operation;
      const kept = state.operations[operation.id] ?? operation;
      open.add(kept);
      return kept;
    },
    dropOperation(operation) {
      open.delete(state.operations[operation.id] ?? operation);
      delete state.operations[operation.id];
    },
    rebuild,
  };
}

/** Empty: the id lies in none. @param id in lower case */
function groupOf(id: string): string {
  return /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+/.exec(id)?.[0] ?? '';
}
